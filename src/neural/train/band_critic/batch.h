// Phrases laid one after another for the network that learns, with what an ear should say of each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "neural/train/band_critic/deck.h"

namespace cantus::band_critic {

/// Row numbers of one stage in the one before; -1 is a row of zeros.
using Rows = std::vector<std::int64_t>;

/// What should be said at one scale.
struct Lesson {
  std::vector<float> label;   ///< [row, kAspects]: 1 good, 0 spoiled
  std::vector<float> weight;  ///< [row, kAspects]: 0 where open; good and spoiled weigh the same
};

/// Of one player, all phrases' strokes one after another.
struct VoiceRows {
  Rows ids, first;          ///< marks of the strokes
  Rows before, after;       ///< [stroke]: those beside it in its phrase
  Rows of_bar;              ///< [phrases · kBars, most]: the strokes of a bar
  std::int64_t most = 1;    ///< strokes of a bar
  Rows bar_ids, bar_first;  ///< marks of the player's bars
};

struct Batch {
  std::int64_t phrases = 0;
  std::array<VoiceRows, kPlayers> voices;
  Rows bar_ids, bar_first;              ///< marks of the bars
  Rows bar_before, bar_after;           ///< [phrases · kBars]
  std::array<Lesson, kScales> lessons;  ///< of bars, of phrases
};

Batch batch_of(const std::vector<Card>& cards);

}  // namespace cantus::band_critic
