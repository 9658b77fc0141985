#include "neural/train/contest/rollouts.h"

#include <array>
#include <string>
#include <utility>

#include "neural/corpus/views.h"
#include "neural/tokens/encode.h"

namespace cantus::contest {
namespace {

using tokens::Kind;

struct Manner {
  const char* style;
  score::Metre metre;
};
constexpr std::array<Manner, kGroups> kManners = {Manner{"folk", {4, 4}}, Manner{"folk", {6, 8}},
                                                  Manner{"waltz", {3, 4}}, Manner{"song", {4, 4}}};
constexpr int kBars = 16;

/// What a bar keeps of an earlier one.
enum class Keeps { nothing, rhythm, all_but_the_first, all };

Keeps kept_after(tokens::Token announced) {
  if (tokens::is(announced, Kind::again)) return Keeps::all;
  if (tokens::is(announced, Kind::moved)) return Keeps::all_but_the_first;
  return tokens::is(announced, Kind::rhythm) ? Keeps::rhythm : Keeps::nothing;
}

bool ends_bar(tokens::Token id) {
  return tokens::is(id, Kind::bar) || tokens::is(id, Kind::section) || tokens::is(id, Kind::end);
}

/// The melody's tokens after its name in each bar, and the token that ends it; but not what a bar
/// keeps of the bar it was announced to be made from.
std::vector<bool> chosen_of(const tokens::Encoded& encoded) {
  std::vector<bool> chosen(encoded.tokens.size(), false);
  bool writing = false;
  int pitches = 0;  // of this bar so far
  Keeps keeps = Keeps::nothing;
  for (std::size_t i = encoded.header_length; i < encoded.tokens.size(); ++i) {
    const tokens::Token id = encoded.tokens[i];
    const bool pitch = tokens::is(id, Kind::pitch);
    const bool free = keeps == Keeps::nothing || (pitch && keeps == Keeps::rhythm) ||
                      (pitch && keeps == Keeps::all_but_the_first && pitches == 0);
    chosen[i] = writing && free;
    pitches += writing && pitch;
    if (const Keeps kept = kept_after(id); kept != Keeps::nothing) keeps = kept;
    if (tokens::is(id, Kind::part)) writing = true;
    if (!ends_bar(id)) continue;
    writing = false;
    pitches = 0;
    keeps = Keeps::nothing;
  }
  return chosen;
}

score::Piece as_heard(const score::Piece& composed) {
  score::Piece lead = corpus::at_home(composed);
  lead.tempo = score::TempoMap(120.0);
  for (score::Part& part : lead.parts) {
    for (score::Note& note : part.notes)
      note.velocity = score::kDefaultVelocity;
  }
  return lead;
}

}  // namespace

std::vector<compose::Brief> briefs(int count, std::uint64_t first_seed) {
  std::vector<compose::Brief> out;
  for (int i = 0; i < count; ++i) {
    const Manner& manner = kManners[static_cast<std::size_t>(i % kGroups)];
    compose::Brief brief;
    brief.style = manner.style;
    brief.metre = manner.metre;
    brief.bars = kBars;
    brief.parts = {score::Role::melody};
    brief.seed = first_seed + static_cast<std::uint64_t>(i);
    out.push_back(std::move(brief));
  }
  return out;
}

Result<Rollout> rollout_of(const compose::Composition& composition) {
  tokens::Heading heading;
  heading.style = tokens::style_from_text(std::string(composition.plan.style->melody)).value_or(0);
  auto encoded = tokens::encode(as_heard(composition.piece), heading);
  if (!encoded) return tl::unexpected<Error>(encoded.error());
  Rollout out;
  out.chosen = chosen_of(*encoded);
  out.tokens = std::move(encoded->tokens);
  return out;
}

Result<std::vector<Rollout>> play(const Players& players, std::span<const compose::Brief> briefs) {
  compose::ComposeOptions options;
  options.threads = players.threads;
  options.candidates = 1;
  options.planner = players.planner;
  options.stop = players.stop;
  std::vector<Rollout> out;
  for (std::size_t i = 0; i < briefs.size(); ++i) {
    const auto composition = compose::compose(players.composer, briefs[i], options);
    if (!composition) return tl::unexpected<Error>(composition.error());
    const auto score = players.critic.rank(composition->piece);
    auto rollout = rollout_of(*composition);
    if (!score || !rollout) continue;
    rollout->heard = {static_cast<int>(i % kGroups), *score};
    out.push_back(std::move(*rollout));
  }
  return out;
}

}  // namespace cantus::contest
