// What a phrase is asked to be: metre, chords, style, mood, who plays, how busily, what is given.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>

#include "neural/band/beat_grid.h"

namespace cantus::band {

constexpr int kStyles = 24;  ///< of tokens::styles()

/// Of one player, where known; what is absent the generator chooses.
struct Manner {
  std::optional<float> strokes;  ///< a beat, in the bars that are played
  std::optional<float> keys;     ///< struck together, on the average
};

struct Conditions {
  score::Metre metre{4, 4};
  std::array<rolls::HalfBarChord, 2 * rolls::kBars> chords{};  ///< in the key without sharps
  bool minor = false;
  int style = 0;                          ///< of tokens::styles(); 0: any
  std::optional<float> valence, arousal;  ///< standard deviations from the average
  std::array<std::array<bool, rolls::kBars>, kPlayers> plays{};  ///< who strikes in which bar
  std::array<Manner, kPlayers> manners{};
  std::array<bool, kPlayers> given{};  ///< whose strokes stand already, in `grid`
  BeatGrid grid;

  int tokens() const { return rolls::kBars * beats_of_bar(metre) * kPlayers; }
};

/// One token a beat and player, by beat, then by player; a bar of three has three beats.
constexpr int kConditionFeatures =
    5 + 4 + 4 + 3 + 1 + 12 + 12 + 12 + 1 + 12 + 3 + 4 + 1 + 4 + kStyles + 1;
constexpr int kStrokeFeatures = kKeys + kLengths + kBands;
constexpr int kContentFeatures = kPlaces * kStrokeFeatures;  ///< by place: keys, length, band
constexpr int kRelativeFeatures = kPlaces * 12;  ///< by place: pitch classes from the chord's root

/// [tokens][kConditionFeatures]
void write_conditions(const Conditions& conditions, std::span<float> out);
/// [tokens][kContentFeatures]; players not in `which` are zero.
void write_content(const BeatGrid& grid,
                   score::Metre metre,
                   const std::array<bool, kPlayers>& which,
                   std::span<float> out);
/// [tokens][kRelativeFeatures]: the same strokes' pitch classes above the chord's root at their
/// place (above C where there is no chord); drums have none.
void write_relative(const BeatGrid& grid,
                    const Conditions& conditions,
                    const std::array<bool, kPlayers>& which,
                    std::span<float> out);

/// The root at each place: [beats of the phrase][kPlaces], pitch classes.
void write_roots(const Conditions& conditions, std::span<int> out);

/// Everything about a phrase but its notes: chords and metre, who plays where, how busily. Nothing
/// is given.
Conditions conditions_of(const rolls::Roll& roll, bool minor, int style);

}  // namespace cantus::band
