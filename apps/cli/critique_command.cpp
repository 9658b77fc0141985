// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "apps/cli/piece_command.h"
#include "tasks/critique_piece.h"

namespace cantus::cli {

void add_critique(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<PieceAsked>();
  CLI::App* command = add_piece_command(
      app, "critique", "Score a piece: melody, harmony, rhythm, form, a sentence each", *asked);
  command->add_option("--weights", asked->weights, "A critic's .safetensors file");
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    const auto critic = tasks::load_critic(
        asked->weights.empty() ? std::nullopt
                               : std::optional<std::filesystem::path>(asked->weights));
    if (!critic) return console.failed(critic.error());
    const auto judgement = critic->critic.judge(piece);
    if (!judgement) return console.failed(judgement.error());
    const std::string text =
        console.json ? tasks::to_json(*judgement, *critic) : tasks::to_text(*judgement);
    std::fputs(text.c_str(), stdout);
    return kDone;
  });
}

}  // namespace cantus::cli
