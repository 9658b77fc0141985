// What the band's critic is told of each stroke, of each player's bar and of each bar: a few marks
// out of a fixed list. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "neural/critic/layers.h"
#include "neural/rolls/roll.h"

namespace cantus::band_critic {

using critic::Marks;
using rolls::kBars;
using rolls::kPlayers;

struct MarkedPhrase {
  std::array<Marks, kPlayers> strokes;                  ///< in time; ids below stroke_marks()
  std::array<std::vector<std::int32_t>, kPlayers> bar;  ///< of each stroke
  std::array<Marks, kPlayers> voices;  ///< [kBars] a player's bar; ids below voice_marks()
  Marks bars;                          ///< [kBars]; ids below bar_marks()
};

/// How many different marks there are. A change makes trained weights useless: raise kMarksVersion.
int stroke_marks();
int voice_marks();
int bar_marks();
constexpr int kMarksVersion = 1;

/// Of a stroke its place, length, keys above the chord's root and in the scale, moves, whether the
/// bars before have it, and who else sounds there and how far apart; of bars chords and likeness.
/// The phrase stands in the key without sharps or flats. It is heard on the band's grid
/// (neural/band/beat_grid.h); loudness and tempo are not heard. All marks are whole numbers, so
/// they are the same on every machine.
MarkedPhrase marked(const rolls::Roll& roll);

}  // namespace cantus::band_critic
