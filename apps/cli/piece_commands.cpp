// The commands that take a piece and hand it on: continue, render, convert, show, analyze.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/commands.h"
#include "apps/cli/values.h"
#include "music/theory/role_finding.h"
#include "neural/compose/compose.h"
#include "tasks/analyze_piece.h"
#include "tasks/outputs.h"
#include "tasks/read_piece.h"
#include "tasks/weights.h"

namespace cantus::cli {
namespace {

namespace fs = std::filesystem;

struct Asked {
  std::string in, out, soundfont, weights, stems, to = "mid";
  std::vector<std::string> outputs;
  int piece = 1;
  int bars = 8;
  std::uint64_t seed = 1;
  double loudness = -14.0;
};

/// Says the warnings; gives nothing after saying why where it cannot be read.
std::optional<score::Piece> read(const Console& console, const Asked& asked, int& status) {
  auto read = tasks::read_piece(asked.in, asked.piece);
  if (!read) {
    status = console.failed(read.error());
    return std::nullopt;
  }
  const std::size_t shown = console.verbose ? read->warnings.size() : 3;
  for (std::size_t i = 0; i < read->warnings.size() && i < shown; ++i) {
    console.warn(read->warnings[i]);
  }
  if (read->warnings.size() > shown) {
    console.warn(fmt::format("{} more; -v shows them", read->warnings.size() - shown));
  }
  return std::move(read->piece);
}

int write(const Console& console,
          const Asked& asked,
          const score::Piece& piece,
          const std::vector<std::string>& outputs) {
  tasks::OutputOptions options;
  options.render.threads = console.threads;
  options.render.stop = &stop_flag();
  options.render.loudness_lufs = asked.loudness;
  options.render.seed = asked.seed;
  options.said = [&](const std::string& what) { console.progress(what); };
  if (!asked.soundfont.empty()) options.render.soundfont = asked.soundfont;
  if (!asked.stems.empty()) options.stems = asked.stems;
  options.manifest = tasks::to_json(tasks::analyze(piece));
  std::vector<fs::path> paths(outputs.begin(), outputs.end());
  const auto done = tasks::write_outputs(piece, paths, options, "." + asked.to);
  console.end_progress();
  if (!done) {
    return done.error().code == ErrorCode::unsupported ? console.usage(done.error())
                                                       : console.failed(done.error());
  }
  for (const fs::path& path : done->written)
    console.say("wrote " + path.string());
  if (done->loudness_lufs) {
    console.detail(fmt::format("loudness {:.1f} LUFS, true peak {:.1f} dBTP", *done->loudness_lufs,
                               *done->true_peak_dbtp));
  }
  if (console.json) std::fputs(options.manifest.c_str(), stdout);
  return kDone;
}

CLI::App* add(CLI::App& app, const char* name, const char* help, Asked& asked) {
  CLI::App* command = app.add_subcommand(name, help);
  command
      ->add_option("in", asked.in,
                   "A .mid, .musicxml, .mxl, .abc or .krn file; '-' is standard input")
      ->required();
  command->add_option("--piece", asked.piece, "Which piece of a collection")
      ->check(CLI::Range(1, 1'000'000));
  return command;
}

void add_outputs(CLI::App& command, Asked& asked) {
  command.add_option("-o,--output", asked.outputs, "Where to, told by the ending; more than once")
      ->required();
  command.add_option("--to", asked.to, "The form of '-o -'");
}

void add_sound(CLI::App& command, Asked& asked) {
  command.add_option("--stems", asked.stems, "Folder for one WAV a part, and their mix");
  command.add_option("--soundfont", asked.soundfont, "A .sf2 file");
  command.add_option("--loudness", asked.loudness, "LUFS, -60 to -5")
      ->default_val(-14.0)
      ->check(wrong_loudness);
}

Result<void> outputs_make_sense(const Console& console, const Asked& asked) {
  std::vector<fs::path> paths(asked.outputs.begin(), asked.outputs.end());
  if (!asked.out.empty()) paths.emplace_back(asked.out);
  if (console.json && std::ranges::find(paths, "-") != paths.end()) {
    return fail(ErrorCode::invalid_input,
                "-o -: standard output holds one thing; leave out --json");
  }
  return tasks::check_outputs(paths, asked.stems, "." + asked.to);
}

/// Reads the piece, gives parts without a role one, and goes on.
template <class Use>
void on_run(
    CLI::App* command, const Console& console, int& status, std::shared_ptr<Asked> asked, Use use) {
  command->callback([&console, &status, asked, use] {
    if (const auto sense = outputs_make_sense(console, *asked); !sense) {
      status = console.usage(sense.error());
      return;
    }
    auto piece = read(console, *asked, status);
    if (!piece) return;
    status = use(*piece);
  });
}

}  // namespace

void add_continue(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<Asked>();
  CLI::App* command = add(app, "continue", "Go on from a piece, in its manner", *asked);
  command->add_option("--bars", asked->bars, "How many more")
      ->required()
      ->check(CLI::Range(1, 512));
  command->add_option("--seed", asked->seed, "The same seed gives the same bars")
      ->check(wrong_seed);
  command->add_option("--weights", asked->weights, "A .safetensors file");
  add_outputs(*command, *asked);
  add_sound(*command, *asked);
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    const auto weights = tasks::load_weights(
        asked->weights.empty() ? std::nullopt : std::optional<fs::path>(asked->weights));
    if (!weights) return console.failed(weights.error());
    const auto longer = compose::continue_piece(weights->model, piece, asked->bars, asked->seed,
                                                {console.threads, 1, &stop_flag()});
    if (!longer) return console.failed(longer.error());
    return write(console, *asked, *longer, asked->outputs);
  });
}

void add_render(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<Asked>();
  asked->to = "wav";
  CLI::App* command = add(app, "render", "Play a piece into sound files", *asked);
  add_outputs(*command, *asked);
  add_sound(*command, *asked);
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    theory::assign_roles(piece);
    return write(console, *asked, piece, asked->outputs);
  });
}

void add_convert(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<Asked>();
  CLI::App* command = add(app, "convert", "Write a piece in another form", *asked);
  command->add_option("out", asked->out, "Where to, told by the ending")->required();
  command->add_option("--to", asked->to, "The form where OUT is '-'");
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    return write(console, *asked, piece, {asked->out});
  });
}

void add_show(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<Asked>();
  asked->to = "png";
  CLI::App* command = add(app, "show", "Draw a piece as a piano roll", *asked);
  add_outputs(*command, *asked);
  on_run(command, console, status, asked, [&console, asked](score::Piece& piece) {
    theory::assign_roles(piece);
    return write(console, *asked, piece, asked->outputs);
  });
}

void add_analyze(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<Asked>();
  CLI::App* command =
      add(app, "analyze", "Tell key, tempo, metre, parts, chords, sections", *asked);
  on_run(command, console, status, asked, [&console](score::Piece& piece) {
    theory::assign_roles(piece);
    const tasks::Analysis analysis = tasks::analyze(piece);
    const std::string text = console.json ? tasks::to_json(analysis) : tasks::to_text(analysis);
    std::fputs(text.c_str(), stdout);
    return kDone;
  });
}

}  // namespace cantus::cli
