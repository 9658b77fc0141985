// For tests: phrases at random.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/random.h"
#include "neural/band/conditions.h"

namespace cantus::band {

inline BeatGrid random_grid(score::Metre metre, Random random) {
  BeatGrid grid;
  grid.beats_of_bar = beats_of_bar(metre);
  for (int beat = 0; beat < kBeats; ++beat) {
    if (beat % kBeatsOfBar >= grid.beats_of_bar) continue;
    for (const rolls::Player player : rolls::kAllPlayers) {
      for (Stroke& stroke : grid.at(beat, player)) {
        if (random.uniform() < 0.7) continue;
        const int keys = is_line(player) ? 1 : 1 + static_cast<int>(random.below(3));
        for (int i = 0; i < keys; ++i)
          stroke.keys |= std::uint64_t{1} << random.below(kKeys);
        stroke.length = static_cast<std::uint8_t>(random.below(kLengths));
        stroke.band = static_cast<std::uint8_t>(random.below(kBands));
      }
    }
  }
  return grid;
}

inline Conditions random_conditions(score::Metre metre, Random random) {
  Conditions c;
  c.metre = metre;
  c.grid = random_grid(metre, random.fork("grid"));
  for (auto& chord : c.chords) {
    chord.root = static_cast<std::uint8_t>(random.below(12));
    chord.bass = chord.root;
    const unsigned triad = 1U | 1U << 4U | 1U << 7U;
    chord.tones =
        static_cast<std::uint16_t>((triad << chord.root | triad << chord.root >> 12U) & 0xFFFU);
  }
  for (auto& bars : c.plays) {
    for (bool& plays : bars)
      plays = random.uniform() < 0.8;
  }
  c.style = static_cast<int>(random.below(kStyles));
  c.valence = static_cast<float>(random.normal());
  c.manners[0].strokes = 2.5F;
  c.given[4] = random.uniform() < 0.5;
  return c;
}

}  // namespace cantus::band
