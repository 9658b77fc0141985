// The commands that take a piece and hand it on: continue, render, convert, show, analyze.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <memory>

#include "apps/cli/piece_command.h"
#include "music/theory/role_finding.h"
#include "neural/compose/compose.h"
#include "neural/tokens/vocabulary.h"
#include "tasks/analyze_piece.h"
#include "tasks/critique_piece.h"

namespace cantus::cli {

void add_continue(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<PieceAsked>();
  CLI::App* command =
      add_piece_command(app, "continue", "Go on from a piece, in its manner", *asked);
  command->add_option("--bars", asked->bars, "How many more")
      ->required()
      ->check(CLI::Range(1, 512));
  command->add_flag("--no-critic", asked->no_critic,
                    "One continuation of a melody alone, not the critic's choice of many");
  add_model(*command, *asked);
  add_outputs(*command, *asked);
  add_sound(*command, *asked);
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    const auto weights = weights_for(*asked);
    if (!weights) return console.failed(weights.error());
    compose::ComposeOptions options{console.threads, 1, &stop_flag()};
    std::optional<tasks::LoadedCritic> critic;
    if (!asked->no_critic && tasks::find_model(tasks::kCriticFile)) {
      auto loaded = tasks::load_critic();
      if (!loaded) return console.failed(loaded.error());
      critic = std::move(*loaded);
      options.critic = &critic->critic;
    }
    const auto longer =
        compose::continue_piece(weights->model, piece, asked->bars, asked->seed, options);
    if (!longer) return console.failed(longer.error());
    return write_piece(console, *asked, *longer, asked->outputs);
  });
}

namespace {

/// The styles of drumming come last, from rock on.
std::vector<std::string> drum_styles() {
  const auto styles = tokens::styles();
  return {std::ranges::find(styles, "rock"), styles.end()};
}

}  // namespace

void add_render(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<PieceAsked>();
  asked->to = "wav";
  CLI::App* command = add_piece_command(app, "render", "Play a piece into sound files", *asked);
  add_outputs(*command, *asked);
  add_sound(*command, *asked);
  command->add_option("--style", asked->drums, "The drummer's, such as rock, jazz or latin")
      ->check(CLI::IsMember(drum_styles()));
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    theory::assign_roles(piece);
    return write_piece(console, *asked, piece, asked->outputs);
  });
}

void add_convert(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<PieceAsked>();
  CLI::App* command = add_piece_command(app, "convert", "Write a piece in another form", *asked);
  command->add_option("out", asked->out, "Where to, told by the ending")->required();
  command->add_option("--to", asked->to, "The form where OUT is '-'");
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    return write_piece(console, *asked, piece, {asked->out});
  });
}

void add_show(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<PieceAsked>();
  asked->to = "png";
  CLI::App* command = add_piece_command(app, "show", "Draw a piece as a piano roll", *asked);
  add_outputs(*command, *asked);
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    theory::assign_roles(piece);
    return write_piece(console, *asked, piece, asked->outputs);
  });
}

void add_analyze(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<PieceAsked>();
  CLI::App* command =
      add_piece_command(app, "analyze", "Tell key, tempo, metre, parts, chords, sections", *asked);
  on_run(command, console, status, asked, [&console](score::Piece& piece) {
    theory::assign_roles(piece);
    const tasks::Analysis analysis = tasks::analyze(piece);
    const std::string text = console.json ? tasks::to_json(analysis) : tasks::to_text(analysis);
    std::fputs(text.c_str(), stdout);
    return kDone;
  });
}

}  // namespace cantus::cli
