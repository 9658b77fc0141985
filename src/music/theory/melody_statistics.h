// How a melody moves and how it sits on its chords.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "music/score/piece.h"

namespace cantus::theory {

/// The top line of a part: of notes that start together the highest, each cut where the next
/// starts; no grace notes.
std::vector<score::Note> top_line(const score::Part& part);

/// Empty where there is no note to measure.
struct MelodyMovement {
  std::optional<double> stepwise;   ///< Of the moves to another pitch, those of 1 or 2 semitones.
  std::optional<double> repeated;   ///< Of all moves, those to the same pitch.
  std::optional<double> mean_leap;  ///< Semitones, over the moves to another pitch.
  std::optional<int> largest_leap;  ///< Semitones.
};
MelodyMovement movement_of(std::span<const score::Note> line);

/// Yeh et al., "Automatic melody harmonization with triad chords" (JNMR 2021), define ctnctr, pcs
/// and mctd. Only what sounds while there is a chord counts; empty where nothing does.
struct MelodyOverChords {
  std::optional<double> chord_time;         ///< Share of note time that is a chord tone.
  std::optional<double> strong_chord_time;  ///< The same of notes that start on a (half) bar line.
  /// Notes, by the chord at their onset: chord tones and those that move on by at most 2
  /// semitones, over all.
  std::optional<double> ctnctr;
  /// Mean over sixteenths and over the chord's notes: 1 for unison, thirds, fifth and sixths above
  /// the chord's note, 0 for a fourth, -1 for the rest.
  std::optional<double> pcs;
  std::optional<double> mctd;  ///< Mean tonal distance to the chord, by length.
};
/// `line` in order, without overlaps; `chords` sorted.
MelodyOverChords melody_over_chords(std::span<const score::Note> line,
                                    std::span<const score::ChordSpan> chords,
                                    const score::MetreMap& metre);

/// Chords alone (Yeh et al. 2021).
struct ChordStatistics {
  int coverage = 0;                         ///< CC: different roots and qualities.
  std::optional<double> histogram_entropy;  ///< CHE: nats, each span counting once.
  std::optional<double> tonal_distance;     ///< CTD: mean from each chord to the next.
  std::optional<double> beats_a_chord;
};
ChordStatistics chord_statistics(std::span<const score::ChordSpan> chords);

}  // namespace cantus::theory
