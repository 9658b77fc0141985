// What the commands that take a piece and hand it on have in common.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/cli/commands.h"
#include "music/score/piece.h"
#include "tasks/weights.h"

namespace cantus::cli {

/// The words of the command line, before they are understood.
struct PieceAsked {
  std::string in, out, soundfont, weights, precision, stems,
      to = "mid", bars_text, parts, style = "song", engine = "auto", harmony = "strict", drums;
  std::vector<std::string> outputs;
  int piece = 1;
  int bars = 8;
  std::uint64_t seed = 1;
  int count = 1;  ///< of pieces, where the command makes several
  double loudness = -14.0;
  bool no_critic = false;
};

CLI::App* add_piece_command(CLI::App& app, const char* name, const char* help, PieceAsked& asked);
void add_outputs(CLI::App& command, PieceAsked& asked);
void add_sound(CLI::App& command, PieceAsked& asked);
void add_model(CLI::App& command, PieceAsked& asked);  ///< --seed, --weights, --precision

/// song.mid, or song-3.mid where several are written; `index` counts from 0.
std::filesystem::path numbered(const std::filesystem::path& path, int index, int count);

/// Writes the piece to all outputs and gives the exit code.
int write_piece(const Console& console,
                const PieceAsked& asked,
                const score::Piece& piece,
                const std::vector<std::string>& outputs);

Result<tasks::Weights> weights_for(const PieceAsked& asked);
Result<void> outputs_make_sense(const Console& console, const PieceAsked& asked);
/// Says the warnings; gives nothing after saying why where it cannot be read.
std::optional<score::Piece> read_piece(const Console& console,
                                       const PieceAsked& asked,
                                       int& status);

/// Reads the piece when the command runs, and goes on with it.
template <class Use>
void on_run(CLI::App* command,
            const Console& console,
            int& status,
            std::shared_ptr<PieceAsked> asked,
            Use use) {
  command->callback([&console, &status, asked, use] {
    if (const auto sense = outputs_make_sense(console, *asked); !sense) {
      status = console.usage(sense.error());
      return;
    }
    auto piece = read_piece(console, *asked, status);
    if (!piece) return;
    status = use(*piece);
  });
}

}  // namespace cantus::cli
