// The commands of the band alone: band, morph.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <memory>

#include <fmt/format.h>

#include "apps/cli/piece_command.h"
#include "neural/compose/accompany.h"
#include "neural/compose/band_parts.h"
#include "neural/compose/morph.h"
#include "tasks/critique_piece.h"
#include "tasks/read_piece.h"

namespace cantus::cli {
namespace {

/// The words of the command line, besides those of every command that hands a piece on.
struct BandAsked : PieceAsked {
  std::string chords, key, metre;
  std::optional<double> tempo;
  std::string to_file;
  int steps = 8;
  bool no_critic = false;
};

/// Draws of each section that the critic hears: 15 ms a phrase, not 3.
constexpr int kDraws = 8;

/// "drums,bass,keys": roles, and what a band calls them.
Result<std::vector<score::Role>> players_from_text(std::string text) {
  for (const auto& [word, role] :
       {std::pair("keys", "chords"), std::pair("guitar", "chords"), std::pair("strings", "pad")}) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
      text.replace(at, std::string(word).size(), role);
      at += std::string(role).size();
    }
  }
  auto roles = compose::parts_from_text(text);
  if (!roles) return roles;
  for (const score::Role role : *roles) {
    if (role == score::Role::counter) {
      return fail(ErrorCode::invalid_input,
                  "--parts: the band has no counter-melody; name some of "
                  "drums,bass,keys,strings,melody");
    }
  }
  return roles;
}

compose::ComposeOptions options_for(const Console& console,
                                    const BandAsked& asked,
                                    const band::BandNet* net,
                                    const std::optional<tasks::LoadedBandCritic>& critic) {
  compose::ComposeOptions how{console.threads, 4, &stop_flag()};
  how.band = net;
  how.engine = compose::Engine::band;
  how.strict_harmony = asked.harmony == "strict";
  how.band_critic = critic ? &critic->critic : nullptr;
  how.band_draws = kDraws;
  return how;
}

int said(const Console& console, const Error& error) {
  return error.code == ErrorCode::invalid_input ? console.usage(error) : console.failed(error);
}

Result<compose::Brief> brief_of(const BandAsked& asked, const std::vector<score::Role>& players) {
  compose::Brief brief;
  brief.style = asked.style;
  brief.parts = players;
  brief.bars = asked.bars;
  brief.seed = asked.seed;
  brief.tempo = asked.tempo;
  if (!asked.key.empty()) {
    const auto key = score::key_from_text(asked.key);
    if (!key) return tl::unexpected<Error>(key.error());
    brief.key = *key;
  }
  if (!asked.metre.empty()) {
    const auto metre = compose::metre_from_text(asked.metre);
    if (!metre) return tl::unexpected<Error>(metre.error());
    brief.metre = *metre;
  }
  if (!asked.chords.empty()) {
    auto chords = compose::chords_from_text(asked.chords);
    if (!chords) return tl::unexpected<Error>(chords.error());
    brief.chords = std::move(*chords);
  }
  return brief;
}

/// Plays with one seed.
using Player = std::function<Result<score::Piece>(std::uint64_t seed)>;

/// Pieces of so many seeds, best first to the critic's ear; those it cannot judge last, by seed.
int play_all(const Console& console,
             BandAsked asked,
             const std::optional<tasks::LoadedBandCritic>& critic,
             const Player& player) {
  struct Played {
    score::Piece piece;
    std::uint64_t seed = 1;
    double score = -1.0;
  };
  std::vector<Played> all;
  for (int i = 0; i < asked.count; ++i) {
    const std::uint64_t seed = asked.seed + static_cast<std::uint64_t>(i);
    auto piece = player(seed);
    if (!piece) return said(console, piece.error());
    const auto judgement = critic ? tasks::judge_band(*piece, critic->critic)
                                  : std::optional<band_critic::Judgement>();
    all.push_back(
        {std::move(*piece), seed, judgement ? judgement->of(band_critic::Aspect::overall) : -1.0});
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &Played::score);
  const std::string stems = asked.stems;
  for (int i = 0; i < asked.count; ++i) {
    const Played& one = all[static_cast<std::size_t>(i)];
    std::vector<std::string> paths;
    for (const std::string& path : asked.outputs)
      paths.push_back(numbered(path, i, asked.count).string());
    asked.seed = one.seed;
    if (!stems.empty() && asked.count > 1)
      asked.stems = (std::filesystem::path(stems) / std::to_string(i + 1)).string();
    if (one.score >= 0.0) console.detail(fmt::format("seed {}, band {:.2f}", one.seed, one.score));
    const int status = write_piece(console, asked, one.piece, paths);
    if (status != kDone) return status;
  }
  return kDone;
}

int accompany(const Console& console,
              const BandAsked& asked,
              const std::vector<score::Role>& players,
              const tasks::Weights& weights,
              const std::optional<tasks::LoadedBandCritic>& critic) {
  int status = kDone;
  const auto piece = read_piece(console, asked, status);
  if (!piece) return status;
  const auto how = options_for(console, asked, tasks::band_of(weights), critic);
  return play_all(console, asked, critic, [&](std::uint64_t seed) {
    return compose::accompany(weights.model, *piece, {players, asked.style, seed}, how);
  });
}

int play(const Console& console,
         const BandAsked& asked,
         const std::vector<score::Role>& players,
         const tasks::Weights& weights,
         const std::optional<tasks::LoadedBandCritic>& critic) {
  auto brief = brief_of(asked, players);
  if (!brief) return console.usage(brief.error());
  if (brief->metre && !rolls::has_roll_metre(*brief->metre)) {
    return console.usage({ErrorCode::invalid_input, "--metre: the band plays 4/4, 3/4 and 6/8"});
  }
  auto how = options_for(console, asked, tasks::band_of(weights), critic);
  how.band_leads = true;
  how.planner = weights.planner ? &weights.planner->model : nullptr;
  return play_all(console, asked, critic, [&](std::uint64_t seed) -> Result<score::Piece> {
    brief->seed = seed;
    auto made = compose::compose(weights.model, *brief, how);
    if (!made) return tl::unexpected<Error>(made.error());
    return std::move(made->piece);
  });
}

int run_band(const Console& console, BandAsked asked) {
  if (const auto sense = outputs_make_sense(console, asked); !sense) {
    return console.usage(sense.error());
  }
  if (asked.parts.empty()) {
    asked.parts = asked.in.empty() ? "melody,chords,pad,bass,drums" : "chords,bass,drums";
  }
  const auto players = players_from_text(asked.parts);
  if (!players) return console.usage(players.error());
  const bool own =
      !asked.chords.empty() || !asked.key.empty() || !asked.metre.empty() || asked.tempo;
  if (!asked.in.empty() && own) {
    return console.usage({ErrorCode::invalid_input,
                          "--given: key, metre, tempo and chords are those of the music given; "
                          "leave the options out"});
  }
  const auto weights = weights_for(asked);
  if (!weights) return console.failed(weights.error());
  if (!weights->band) {
    return console.failed({ErrorCode::not_found,
                           "the band's weights, band.safetensors, are not beside the composer's"});
  }
  std::optional<tasks::LoadedBandCritic> critic;
  if (!asked.no_critic && tasks::find_model(tasks::kBandCriticFile)) {
    auto loaded = tasks::load_band_critic();
    if (!loaded) return console.failed(loaded.error());
    critic = std::move(*loaded);
  }
  return asked.in.empty() ? play(console, asked, *players, *weights, critic)
                          : accompany(console, asked, *players, *weights, critic);
}

int run_morph(const Console& console, const BandAsked& asked) {
  if (const auto sense = outputs_make_sense(console, asked); !sense) {
    return console.usage(sense.error());
  }
  int status = kDone;
  const auto from = read_piece(console, asked, status);
  if (!from) return status;
  BandAsked other = asked;
  other.in = asked.to_file;
  const auto to = read_piece(console, other, status);
  if (!to) return status;
  const auto band = tasks::load_band();
  if (!band) return console.failed(band.error());
  const auto walk = compose::morph(band->net, *from, *to, {asked.steps, asked.harmony == "strict"});
  if (!walk) return said(console, walk.error());
  return write_piece(console, asked, *walk, asked.outputs);
}

void add_harmony(CLI::App& command, PieceAsked& asked) {
  command.add_option("--harmony", asked.harmony, "strict (chord or scale) or free (as it learnt)")
      ->check(CLI::IsMember({"strict", "free"}))
      ->capture_default_str();
}

}  // namespace

void add_band(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<BandAsked>();
  CLI::App* command =
      app.add_subcommand("band", "Let the band play: beside music of yours, or alone");
  command->add_option("--given", asked->in, "Music that stands: .mid, .musicxml, .mxl, .abc, .krn");
  command->add_option("--piece", asked->piece, "Which piece of a collection")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--parts", asked->parts, "Who plays, of drums,bass,keys,strings,melody");
  command->add_option("--style", asked->style, "A name of compose --style")->capture_default_str();
  command->add_option("--chords", asked->chords, "\"Am | F | C | G\", where nothing is given");
  command->add_option("--key", asked->key, "\"D minor\"");
  command->add_option("--meter,--metre", asked->metre, "4/4, 3/4 or 6/8");
  command->add_option("--tempo", asked->tempo, "Beats (quarter notes) a minute, 20 to 400");
  command->add_option("--bars", asked->bars, "How many, where nothing is given")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  command
      ->add_option("--count", asked->count,
                   "So many pieces, seeds counting up; the first is the best to the critic's ear")
      ->check(CLI::Range(1, 10000));
  command->add_flag("--no-critic", asked->no_critic,
                    "Keep the first draw, and pieces in the order of their seeds");
  add_harmony(*command, *asked);
  add_model(*command, *asked);
  add_outputs(*command, *asked);
  add_sound(*command, *asked);
  command->callback([&console, &status, asked] { status = run_band(console, *asked); });
}

void add_morph(CLI::App& app, const Console& console, int& status) {
  auto asked = std::make_shared<BandAsked>();
  CLI::App* command = app.add_subcommand("morph", "Walk from one four-bar phrase to another");
  command->add_option("from", asked->in, "A .mid, .musicxml, .mxl, .abc or .krn file")->required();
  command->add_option("to", asked->to_file, "Another")->required();
  command->add_option("--steps", asked->steps, "Phrases, the two ends among them")
      ->check(CLI::Range(2, 64))
      ->capture_default_str();
  add_harmony(*command, *asked);
  command->add_option("-o,--output", asked->outputs, "Where to, told by the ending; more than once")
      ->required();
  add_sound(*command, *asked);
  command->callback([&console, &status, asked] { status = run_morph(console, *asked); });
}

}  // namespace cantus::cli
