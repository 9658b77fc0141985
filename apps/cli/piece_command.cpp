#include "apps/cli/piece_command.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "apps/cli/values.h"
#include "tasks/analyze_piece.h"
#include "tasks/outputs.h"
#include "tasks/read_piece.h"

namespace cantus::cli {

namespace fs = std::filesystem;

fs::path numbered(const fs::path& path, int index, int count) {
  if (count == 1 || path == "-") return path;
  fs::path out = path;
  out.replace_filename(path.stem().string() + "-" + std::to_string(index + 1) +
                       path.extension().string());
  return out;
}

std::optional<score::Piece> read_piece(const Console& console,
                                       const PieceAsked& asked,
                                       int& status) {
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

int write_piece(const Console& console,
                const PieceAsked& asked,
                const score::Piece& piece,
                const std::vector<std::string>& outputs) {
  tasks::OutputOptions options;
  options.render.threads = console.threads;
  options.render.stop = &stop_flag();
  options.render.loudness_lufs = asked.loudness;
  options.render.seed = asked.seed;
  options.render.style = asked.drums;
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

CLI::App* add_piece_command(CLI::App& app, const char* name, const char* help, PieceAsked& asked) {
  CLI::App* command = app.add_subcommand(name, help);
  command
      ->add_option("in", asked.in,
                   "A .mid, .musicxml, .mxl, .abc or .krn file; '-' is standard input")
      ->required();
  command->add_option("--piece", asked.piece, "Which piece of a collection")
      ->check(CLI::Range(1, 1'000'000));
  return command;
}

void add_outputs(CLI::App& command, PieceAsked& asked) {
  command.add_option("-o,--output", asked.outputs, "Where to, told by the ending; more than once")
      ->required();
  command.add_option("--to", asked.to, "The form of '-o -'");
}

void add_sound(CLI::App& command, PieceAsked& asked) {
  command.add_option("--stems", asked.stems, "Folder for one WAV a part, and their mix");
  command.add_option("--soundfont", asked.soundfont, "A .sf2 file");
  command.add_option("--loudness", asked.loudness, "LUFS, -60 to -5")
      ->default_val(-14.0)
      ->check(wrong_loudness);
}

Result<void> outputs_make_sense(const Console& console, const PieceAsked& asked) {
  std::vector<fs::path> paths(asked.outputs.begin(), asked.outputs.end());
  if (!asked.out.empty()) paths.emplace_back(asked.out);
  const bool to_stdout = std::ranges::find(paths, "-") != paths.end();
  if (to_stdout && console.json) {
    return fail(ErrorCode::invalid_input,
                "-o -: standard output holds one thing; leave out --json");
  }
  if (to_stdout && asked.count > 1) {
    return fail(ErrorCode::invalid_input,
                "-o -: standard output holds one thing; leave out --count");
  }
  return tasks::check_outputs(paths, asked.stems, "." + asked.to);
}

void add_model(CLI::App& command, PieceAsked& asked) {
  command.add_option("--seed", asked.seed, "The same seed gives the same notes")->check(wrong_seed);
  command.add_option("--weights", asked.weights, "A .safetensors file");
  command
      .add_option("--precision", asked.precision,
                  "The engine's: float32, bf16 or int8 (the default)")
      ->check(wrong_precision);
}

Result<tasks::Weights> weights_for(const PieceAsked& asked) {
  return tasks::load_weights(
      asked.weights.empty() ? std::nullopt : std::optional<fs::path>(asked.weights),
      asked.precision);
}

}  // namespace cantus::cli
