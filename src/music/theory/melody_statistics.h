// How a melody moves and how it sits on its chords.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "music/score/piece.h"

namespace cantus::theory {

/// Empty where there is no note to measure. Yeh et al., "Automatic melody harmonization with triad
/// chords" (JNMR 2021), define ctnctr, pcs and mctd; notes outside any chord are left out of them.
struct MelodyStatistics {
  std::optional<double> chord_time;         ///< Share of note time that is a chord tone.
  std::optional<double> strong_chord_time;  ///< Of notes that start on a bar or half bar.
  std::optional<double> ctnctr;  ///< Chord tones and those that move on by step, of all: 0 to 1.
  std::optional<double> pcs;     ///< Consonance with the chord by sixteenths, -1 to 1.
  std::optional<double> mctd;    ///< Mean tonal distance to the chord, weighted by length.
  std::optional<double> stepwise;  ///< Of the moves to another pitch, those of 1 or 2 semitones.
  std::optional<double> repeated;  ///< Of all moves, those to the same pitch.
  std::optional<int> largest_leap; ///< Semitones.
  std::optional<double> mean_leap; ///< Semitones, of all moves to another pitch.
};

/// Of one part's top line: of notes that start together the highest.
MelodyStatistics melody_statistics(const score::Part& part,
                                   std::span<const score::ChordSpan> chords,
                                   const score::MetreMap& metre);

/// Of chords alone: how many there are and how varied they are (Yeh et al. 2021).
struct ChordStatistics {
  std::optional<double> histogram_entropy;  ///< CHE, nats as in the paper's code.
  int coverage = 0;                         ///< CC: different chords.
  std::optional<double> tonal_distance;     ///< CTD: mean from each chord to the next.
  std::optional<double> beats_a_chord;
};
ChordStatistics chord_statistics(std::span<const score::ChordSpan> chords);

/// A point in Harte's six-dimensional tonal space (Harte, Sandler and Gasser 2006).
using TonalCentroid = std::array<double, 6>;
TonalCentroid tonal_centroid(std::bitset<12> pitch_classes);
double distance(const TonalCentroid& a, const TonalCentroid& b);

}  // namespace cantus::theory
