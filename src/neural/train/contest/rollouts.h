// Lead sheets by the model as it stands, with the tokens that it chose and what the critic thinks
// of them. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "neural/compose/brief.h"
#include "neural/compose/compose.h"
#include "neural/critic/critic.h"
#include "neural/infer/transformer.h"
#include "neural/tokens/vocabulary.h"
#include "neural/train/contest/advantages.h"

namespace cantus::contest {

/// A piece as the model was shown it: header, and in each bar its chords and then its melody.
struct Rollout {
  Heard heard;
  std::vector<tokens::Token> tokens;
  std::vector<bool> chosen;  ///< beside tokens: part of the melody, or what follows it
};

/// Melody over chords, sixteen bars, in four kinds of music: folk in 4/4 and 6/8, waltz, song.
/// Number `i` is of group i modulo kGroups and has the seed `first_seed` + i.
constexpr int kGroups = 4;
std::vector<compose::Brief> briefs(int count, std::uint64_t first_seed);

/// The composed lead as the model heard it while it wrote: at home, at 120, flat. Fails where the
/// token language cannot say it.
Result<Rollout> rollout_of(const compose::Composition& composition);

struct Players {
  const infer::Transformer& composer;
  const infer::Transformer* planner = nullptr;  ///< form and chords; null for the composer itself
  const critic::Critic& critic;
  int threads = 1;
  const std::atomic<bool>* stop = nullptr;
};

/// One melody a brief, none thrown away: the critic judges and does not choose. Pieces that it
/// cannot judge are left out.
Result<std::vector<Rollout>> play(const Players& players, std::span<const compose::Brief> briefs);

}  // namespace cantus::contest
