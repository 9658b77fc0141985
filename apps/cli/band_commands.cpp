// The commands of the band alone: band, morph.
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "apps/cli/piece_command.h"
#include "neural/compose/accompany.h"
#include "neural/compose/band_parts.h"
#include "neural/compose/morph.h"
#include "tasks/read_piece.h"

namespace cantus::cli {
namespace {

/// The words of the command line, besides those of every command that hands a piece on.
struct BandAsked : PieceAsked {
  std::string chords, key, metre;
  std::optional<double> tempo;
  std::string to_file;
  int steps = 8;
};

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
                                    const band::BandNet* net) {
  compose::ComposeOptions how{console.threads, 4, &stop_flag()};
  how.band = net;
  how.engine = compose::Engine::band;
  how.strict_harmony = asked.harmony == "strict";
  return how;
}

int said(const Console& console, const Error& error) {
  return error.code == ErrorCode::invalid_input ? console.usage(error) : console.failed(error);
}

int accompany(const Console& console,
              const BandAsked& asked,
              const std::vector<score::Role>& players,
              const tasks::Weights& weights) {
  int status = kDone;
  const auto piece = read_piece(console, asked, status);
  if (!piece) return status;
  const auto fuller = compose::accompany(weights.model, *piece, {players, asked.style, asked.seed},
                                         options_for(console, asked, tasks::band_of(weights)));
  if (!fuller) return said(console, fuller.error());
  return write_piece(console, asked, *fuller, asked.outputs);
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

int play(const Console& console,
         const BandAsked& asked,
         const std::vector<score::Role>& players,
         const tasks::Weights& weights) {
  const auto brief = brief_of(asked, players);
  if (!brief) return console.usage(brief.error());
  if (brief->metre && !rolls::has_roll_metre(*brief->metre)) {
    return console.usage({ErrorCode::invalid_input, "--metre: the band plays 4/4, 3/4 and 6/8"});
  }
  auto how = options_for(console, asked, tasks::band_of(weights));
  how.band_leads = true;
  how.planner = weights.planner ? &weights.planner->model : nullptr;
  const auto made = compose::compose(weights.model, *brief, how);
  if (!made) return said(console, made.error());
  return write_piece(console, asked, made->piece, asked.outputs);
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
  return asked.in.empty() ? play(console, asked, *players, *weights)
                          : accompany(console, asked, *players, *weights);
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
