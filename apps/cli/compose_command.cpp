// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli/piece_command.h"
#include "apps/cli/values.h"
#include "music/score/instruments.h"
#include "neural/compose/band_parts.h"
#include "neural/compose/compose.h"
#include "tasks/critique_piece.h"
#include "tasks/manifest.h"
#include "tasks/outputs.h"
#include "tasks/weights.h"

namespace cantus::cli {
namespace {

namespace fs = std::filesystem;

/// The words of the command line, before they are understood.
struct Asked {
  std::string text, style, mood, key, metre, form, chords, parts, soundfont, weights, precision,
      stems, to = "mid", engine = "auto", harmony = "usual";
  bool band_leads = false;
  std::vector<std::string> instruments, ranges, outputs;
  std::optional<double> tempo, seconds, valence, arousal, density;
  float guidance = 2.0F;
  std::optional<int> bars;
  std::uint64_t seed = 1;
  int count = 1;
  bool no_critic = false;
  double loudness = -14.0;
};

template <class T, class Field>
Result<void> set(Field& field, Result<T> value) {
  if (!value) return tl::unexpected<Error>(value.error());
  field = std::move(*value);
  return {};
}

Result<std::pair<score::Role, std::string>> role_and_value(const std::string& text,
                                                           const compose::Brief& brief) {
  const auto equals = text.find('=');
  const auto role = score::role_from_text(text.substr(0, equals));
  if (role && !brief.parts.empty() && std::ranges::find(brief.parts, *role) == brief.parts.end()) {
    return fail(ErrorCode::invalid_input, "'" + text + "': that part is not among the --parts");
  }
  if (equals == std::string::npos || !role || *role == score::Role::other) {
    return fail(ErrorCode::invalid_input,
                "'" + text + "': write a part, '=' and a value, such as melody=flute");
  }
  return std::pair(*role, text.substr(equals + 1));
}

Result<void> set_instruments(const Asked& asked, compose::Brief& brief) {
  for (const std::string& text : asked.instruments) {
    const auto pair = role_and_value(text, brief);
    if (!pair) return tl::unexpected<Error>(pair.error());
    const auto program = score::program_from_text(pair->second);
    if (!program) return tl::unexpected<Error>(program.error());
    brief.programs[pair->first] = *program;
  }
  for (const std::string& text : asked.ranges) {
    const auto pair = role_and_value(text, brief);
    if (!pair) return tl::unexpected<Error>(pair.error());
    const auto range = score::pitch_range_from_text(pair->second);
    if (!range) return tl::unexpected<Error>(range.error());
    brief.ranges[pair->first] = {range->first.key(), range->second.key()};
  }
  return {};
}

Result<compose::Brief> brief_of(const Asked& asked) {
  compose::Brief brief;
  brief.text = asked.text;
  if (!asked.style.empty()) brief.style = asked.style;
  if (!asked.mood.empty()) brief.mood = asked.mood;
  brief.tempo = asked.tempo;
  brief.valence = asked.valence;
  brief.arousal = asked.arousal;
  brief.density = asked.density;
  brief.seconds = asked.seconds;
  brief.bars = asked.bars;
  brief.seed = asked.seed;
  Result<void> done;
  if (!asked.key.empty()) done = set(brief.key, score::key_from_text(asked.key));
  if (done && !asked.metre.empty()) done = set(brief.metre, compose::metre_from_text(asked.metre));
  if (done && !asked.form.empty()) done = set(brief.form, compose::form_from_text(asked.form));
  if (done && !asked.chords.empty()) {
    done = set(brief.chords, compose::chords_from_text(asked.chords));
  }
  if (done && !asked.parts.empty()) done = set(brief.parts, compose::parts_from_text(asked.parts));
  if (done) done = set_instruments(asked, brief);
  if (done) done = compose::check(brief);
  if (!done) return tl::unexpected<Error>(done.error());
  return brief;
}

/// A finished piece with what it was asked for and what the critics say of it.
struct Candidate {
  compose::Brief brief;
  compose::Composition composition;
  tasks::Critique critique;
};

/// The critics that are there.
struct Listeners {
  std::optional<tasks::LoadedCritic> melody;
  std::optional<tasks::LoadedBandCritic> band;
};

Result<Candidate> candidate_of(const Console& console,
                               const Asked& asked,
                               const tasks::Weights& weights,
                               const Listeners& listeners,
                               const compose::Brief& brief) {
  compose::ComposeOptions options;
  options.threads = console.threads;
  options.stop = &stop_flag();
  options.guidance = asked.guidance;
  options.planner = weights.planner ? &weights.planner->model : nullptr;
  options.critic = listeners.melody ? &listeners.melody->critic : nullptr;
  options.band_critic = listeners.band ? &listeners.band->critic : nullptr;
  options.band = tasks::band_of(weights);
  options.engine = *compose::engine_from_text(asked.engine);
  options.band_leads = asked.band_leads;
  options.strict_harmony = asked.harmony != "free";
  options.strict_melody = asked.harmony == "strict";
  auto composition = compose::compose(weights.model, brief, options);
  if (!composition) return tl::unexpected<Error>(composition.error());
  Candidate out{brief, std::move(*composition), {}};
  if (listeners.melody) {
    out.critique.melody_critic = listeners.melody->weights;
    auto judged = listeners.melody->critic.judge(out.composition.piece);
    if (judged) out.critique.melody = std::move(*judged);
  }
  if (listeners.band) {
    out.critique.band_critic = listeners.band->weights;
    out.critique.band = tasks::judge_band(out.composition.piece, listeners.band->critic);
  }
  return out;
}

/// Best first, as the critic hears them; those that it cannot judge last, by seed.
void order(std::vector<Candidate>& candidates) {
  std::ranges::stable_sort(candidates, std::ranges::greater{}, [](const Candidate& candidate) {
    const auto& judgement = candidate.critique.melody;
    return judgement ? judgement->of(critic::Aspect::overall) : -1.0;
  });
}

int write(const Console& console,
          const Asked& asked,
          const tasks::Weights& weights,
          const Candidate& candidate,
          int index) {
  const auto& [brief, composition, critique] = candidate;
  tasks::OutputOptions options;
  options.render.threads = console.threads;
  options.render.stop = &stop_flag();
  options.render.loudness_lufs = asked.loudness;
  options.render.seed = brief.seed;
  options.render.style = composition.plan.style->drums;
  if (!asked.soundfont.empty()) options.render.soundfont = asked.soundfont;
  if (composition.plan.exact_seconds) {
    options.render.exact_frames =
        std::llround(*composition.plan.exact_seconds * options.render.sample_rate);
  }
  if (!asked.stems.empty()) {
    options.stems = asked.count == 1 ? fs::path(asked.stems)
                                     : fs::path(asked.stems) / std::to_string(index + 1);
  }
  options.manifest = tasks::manifest_of(composition, brief, weights, tasks::verdict_json(critique));
  options.comment = tasks::comment_of(brief, weights);
  options.said = [&](const std::string& what) { console.progress(what); };
  std::vector<fs::path> paths;
  for (const std::string& path : asked.outputs)
    paths.push_back(numbered(path, index, asked.count));
  const auto outputs = tasks::write_outputs(composition.piece, paths, options, "." + asked.to);
  if (!outputs) return console.failed(outputs.error());
  console.end_progress();
  const auto& plan = composition.plan;
  std::string files;
  for (const fs::path& path : outputs->written)
    files += " " + path.string();
  std::string score;
  if (critique.melody)
    score += fmt::format(", critic {:.2f}", critique.melody->of(critic::Aspect::overall));
  if (critique.band)
    score += fmt::format(", band {:.2f}", critique.band->of(band_critic::Aspect::overall));
  console.say(fmt::format("{}: {} in {}, {:.4g} bpm, {} bars, {:.1f} s, seed {}{}:{}",
                          composition.piece.title, plan.style->name, score::to_text(plan.key),
                          plan.bpm, plan.bars, score::seconds_of(composition.piece), brief.seed,
                          score, files));
  if (outputs->loudness_lufs) {
    console.detail(fmt::format("loudness {:.1f} LUFS, true peak {:.1f} dBTP",
                               *outputs->loudness_lufs, *outputs->true_peak_dbtp));
  }
  if (console.json) std::fputs(options.manifest.c_str(), stdout);
  return kDone;
}

Result<void> outputs_make_sense(const Console& console, const Asked& asked) {
  const bool to_stdout = std::ranges::find(asked.outputs, "-") != asked.outputs.end();
  if (to_stdout && (console.json || asked.count > 1)) {
    return fail(ErrorCode::invalid_input,
                "-o -: standard output holds one thing; leave out --json and --count");
  }
  const std::vector<fs::path> paths(asked.outputs.begin(), asked.outputs.end());
  return tasks::check_outputs(paths, asked.stems, "." + asked.to);
}

int run(const Console& console, const Asked& asked) {
  auto brief = brief_of(asked);
  if (!brief) return console.usage(brief.error());
  if (const auto sound = outputs_make_sense(console, asked); !sound) {
    return console.usage(sound.error());
  }
  const auto weights = tasks::load_weights(
      asked.weights.empty() ? std::nullopt : std::optional<fs::path>(asked.weights),
      asked.precision);
  if (!weights) return console.failed(weights.error());
  if (asked.engine == "band" && !weights->band) {
    return console.failed({ErrorCode::not_found,
                           "--engine band: band.safetensors is not beside the composer's weights"});
  }
  Listeners listeners;
  if (!asked.no_critic && tasks::find_model(tasks::kCriticFile)) {
    auto loaded = tasks::load_critic();
    if (!loaded) return console.failed(loaded.error());
    listeners.melody = std::move(*loaded);
  }
  if (!asked.no_critic && tasks::find_model(tasks::kBandCriticFile)) {
    auto loaded = tasks::load_band_critic();
    if (!loaded) return console.failed(loaded.error());
    listeners.band = std::move(*loaded);
  }
  std::vector<Candidate> candidates;
  for (int i = 0; i < asked.count; ++i, ++brief->seed) {
    console.progress("composing");
    auto candidate = candidate_of(console, asked, *weights, listeners, *brief);
    if (!candidate) {
      return candidate.error().code == ErrorCode::invalid_input
                 ? console.usage(candidate.error())  // wishes that cannot all be met
                 : console.failed(candidate.error());
    }
    candidates.push_back(std::move(*candidate));
  }
  order(candidates);
  for (int i = 0; i < asked.count; ++i) {
    const Candidate& candidate = candidates[static_cast<std::size_t>(i)];
    const int status = write(console, asked, *weights, candidate, i);
    if (status != kDone) return status;
  }
  return kDone;
}

}  // namespace

void add_compose(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<Asked>();
  CLI::App* command = app.add_subcommand("compose", "Compose an original piece");
  command->add_option("text", asked->text, "What you want, in words");
  command->add_option("--style", asked->style, "One of: " + compose::style_names());
  command->add_option("--mood", asked->mood, "One of: " + compose::mood_names());
  command->add_option("--valence", asked->valence, "-1 dark to 1 bright, in place of a mood's");
  command->add_option("--arousal", asked->arousal, "-1 calm to 1 stirring, in place of a mood's");
  command->add_option("--density", asked->density, "The melody's strokes a beat, about; 0.25 to 4");
  command
      ->add_option("--guidance", asked->guidance,
                   "How far mood and density are pressed, 0 to 4; 1 is as learnt")
      ->check(wrong_guidance)
      ->capture_default_str();
  command->add_option("--key", asked->key, "\"D minor\", \"Bb\", \"E dorian\"");
  command->add_option("--tempo", asked->tempo, "Beats (quarter notes) a minute, 20 to 400");
  command->add_option("--meter,--metre", asked->metre, "\"3/4\"");
  command->add_option("--bars", asked->bars, "1 to 512");
  command->add_option("--length", asked->seconds, "Seconds, met exactly; a minute if nothing says");
  command->add_option("--form", asked->form, "\"i4 A8 B8 A'8 o4\": A again is A; A' varies it");
  command->add_option("--chords", asked->chords, "\"Dm | Gm | A7 | Dm\", repeated to the end");
  command->add_option("--parts", asked->parts, "Of melody,counter,chords,pad,bass,drums");
  command->add_option("--instrument", asked->instruments, "melody=flute, bass=33; more than once");
  command->add_option("--range", asked->ranges, "melody=C4-C6; more than once");
  command
      ->add_option("--engine", asked->engine,
                   "What accompanies: sequence (Transformer), band (GAN), auto (what measured "
                   "better for each part)")
      ->check(CLI::IsMember({"auto", "sequence", "band"}))
      ->capture_default_str();
  command
      ->add_option("--harmony", asked->harmony,
                   "usual: melodies as people's, what the band plays in chord or scale; strict: "
                   "melodies resolve by the rules too; free: the band as it learnt as well")
      ->check(CLI::IsMember({"usual", "strict", "free"}))
      ->capture_default_str();
  command->add_option("--seed", asked->seed, "The same seed gives the same piece")
      ->default_val(1)
      ->check(wrong_seed);
  command
      ->add_option("--count", asked->count,
                   "So many pieces, seeds counting up; the first is the best to the critic's ear")
      ->check(CLI::Range(1, 10000));
  command->add_flag("--no-critic", asked->no_critic,
                    "Keep melodies by the rules alone, the band's first draw, and pieces in the "
                    "order of their seeds");
  command->add_option("-o,--output", asked->outputs, "Where to, told by the ending; more than once")
      ->required();
  command->add_option("--to", asked->to, "The form of '-o -': mid, musicxml, flac, json, ...")
      ->default_val("mid");
  command->add_option("--stems", asked->stems, "Folder for one WAV a part, and their mix");
  command->add_option("--soundfont", asked->soundfont, "A .sf2 file");
  command->add_option("--loudness", asked->loudness, "LUFS, -60 to -5")
      ->default_val(-14.0)
      ->check(wrong_loudness);
  command->add_option("--weights", asked->weights, "A .safetensors file");
  command
      ->add_option("--precision", asked->precision,
                   "The engine's: float32, bf16 or int8 (the default)")
      ->check(wrong_precision);
  command->callback([&console, &status, asked] { status = run(console, *asked); });
}

}  // namespace cantus::cli
