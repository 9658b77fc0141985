// The commands that add to a piece or change some of it: rewrite, harmonize, accompany.
// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <memory>

#include "apps/cli/piece_command.h"
#include "music/theory/role_finding.h"
#include "neural/compose/accompany.h"
#include "neural/compose/band_parts.h"
#include "neural/compose/rewrite.h"
#include "neural/compose/style.h"

namespace cantus::cli {
namespace {

/// "5-8" or "5".
Result<std::pair<int, int>> bars_from_text(const std::string& text) {
  int first = 0;
  const char* end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, first);
  int last = first;
  if (read.ec == std::errc() && read.ptr != end && *read.ptr == '-') {
    read = std::from_chars(read.ptr + 1, end, last);
  }
  if (read.ec != std::errc() || read.ptr != end || first < 0 || last < first) {
    return fail(ErrorCode::invalid_input,
                "--bars " + text + ": write the first bar, '-' and the " + "last, such as 5-8");
  }
  return std::pair(first, last);
}

/// Parts by their numbers from 1, or by role: "bass,2".
Result<std::vector<std::size_t>> parts_of(const score::Piece& piece, const std::string& text) {
  std::vector<std::size_t> parts;
  for (std::size_t at = 0; at <= text.size() && !text.empty();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    const auto role = score::role_from_text(word);
    std::size_t number = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool is_number = read.ec == std::errc() && read.ptr == word.data() + word.size();
    const std::size_t before = parts.size();
    for (std::size_t i = 0; i < piece.parts.size(); ++i) {
      if ((role && piece.parts[i].role == *role) || (is_number && i + 1 == number)) {
        parts.push_back(i);
      }
    }
    if (parts.size() == before) {
      return fail(ErrorCode::invalid_input, "--parts " + word + ": the piece has no such part; " +
                                                "'cantus analyze' names its parts");
    }
  }
  return parts;
}

int run_rewrite(const Console& console, const PieceAsked& asked, score::Piece& piece) {
  const auto bars = bars_from_text(asked.bars_text);
  if (!bars) return console.usage(bars.error());
  theory::assign_roles(piece);
  const auto parts = parts_of(piece, asked.parts);
  if (!parts) return console.usage(parts.error());
  const auto weights = weights_for(asked);
  if (!weights) return console.failed(weights.error());
  const compose::Rewrite how{bars->first, bars->second, *parts, asked.seed};
  const auto changed =
      compose::rewrite_bars(weights->model, piece, how, {console.threads, 4, &stop_flag()});
  if (!changed) return console.failed(changed.error());
  return write_piece(console, asked, *changed, asked.outputs);
}

int run_harmonize(const Console& console, const PieceAsked& asked, const score::Piece& piece) {
  const auto weights = weights_for(asked);
  if (!weights) return console.failed(weights.error());
  const auto harmonized =
      compose::harmonize(weights->model, piece, asked.seed, {console.threads, 1, &stop_flag()});
  if (!harmonized) return console.failed(harmonized.error());
  return write_piece(console, asked, *harmonized, asked.outputs);
}

int run_accompany(const Console& console, const PieceAsked& asked, const score::Piece& piece) {
  const auto parts = compose::parts_from_text(asked.parts);
  if (!parts) return console.usage(parts.error());
  const auto weights = weights_for(asked);
  if (!weights) return console.failed(weights.error());
  compose::ComposeOptions how{console.threads, 4, &stop_flag()};
  how.band = tasks::band_of(*weights);
  how.engine = *compose::engine_from_text(asked.engine);
  how.strict_harmony = asked.harmony == "strict";
  const auto fuller =
      compose::accompany(weights->model, piece, {*parts, asked.style, asked.seed}, how);
  if (!fuller) {
    return fuller.error().code == ErrorCode::invalid_input ? console.usage(fuller.error())
                                                           : console.failed(fuller.error());
  }
  return write_piece(console, asked, *fuller, asked.outputs);
}

}  // namespace

void add_rewrite(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<PieceAsked>();
  CLI::App* command =
      add_piece_command(app, "rewrite", "Write some bars anew; all else stays as it is", *asked);
  command->add_option("--bars", asked->bars_text, "Which, such as 5-8")->required();
  command->add_option("--parts", asked->parts, "Roles or numbers, such as bass,2; else all");
  add_model(*command, *asked);
  add_outputs(*command, *asked);
  add_sound(*command, *asked);
  on_run(command, console, status, asked,
         [&console, asked](score::Piece& piece) { return run_rewrite(console, *asked, piece); });
}

void add_harmonize(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<PieceAsked>();
  CLI::App* command =
      add_piece_command(app, "harmonize", "Find chords that answer a melody", *asked);
  add_model(*command, *asked);
  add_outputs(*command, *asked);
  on_run(command, console, status, asked,
         [&console, asked](score::Piece& piece) { return run_harmonize(console, *asked, piece); });
}

void add_accompany(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<PieceAsked>();
  CLI::App* command =
      add_piece_command(app, "accompany", "Add parts to a piece; its own stay as they are", *asked);
  asked->parts = "chords,bass,drums";
  command->add_option("--parts", asked->parts, "Of melody,counter,chords,pad,bass,drums")
      ->capture_default_str();
  command->add_option("--style", asked->style, "One of: " + compose::style_names())
      ->capture_default_str();
  command->add_option("--engine", asked->engine, "sequence, band, or auto: what measured better")
      ->check(CLI::IsMember({"auto", "sequence", "band"}))
      ->capture_default_str();
  add_model(*command, *asked);
  add_outputs(*command, *asked);
  add_sound(*command, *asked);
  on_run(command, console, status, asked,
         [&console, asked](score::Piece& piece) { return run_accompany(console, *asked, piece); });
}

}  // namespace cantus::cli
