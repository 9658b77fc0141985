// What a piece looks like in numbers: the measures the literature judges generated music by.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "music/score/piece.h"

namespace cantus::theory {

/// A field is empty where it has no meaning: no pitched note, fewer than two bars. Grace notes are
/// left out, and drums everywhere but in the densities, the groove and the empty beats and bars.
/// Definitions are those of MusPy (Dong et al., ISMIR 2020) unless the field says otherwise.
struct Statistics {
  std::optional<double> notes_a_second;  ///< Ours, over the sounding length.
  std::optional<double> notes_a_beat;    ///< Ours, the same.
  std::optional<int> pitch_range;        ///< Semitones from the lowest note to the highest.
  std::optional<int> pitches_used;
  std::optional<int> pitch_classes_used;
  std::optional<double> polyphony;            ///< Mean number of keys sounding while any sounds.
  std::optional<double> polyphony_rate;       ///< Share of the whole time with two keys or more.
  std::optional<double> pitch_entropy;        ///< Bits, by number of notes.
  std::optional<double> pitch_class_entropy;  ///< Bits, by number of notes.
  std::optional<double> scale_consistency;  ///< Largest share of notes in one major or minor scale.
  /// 1 less the mean share of 24 steps a beat at which neighbouring bars differ in having an onset.
  /// Bars of different length are compared over the longer.
  std::optional<double> groove_consistency;
  std::optional<double>
      empty_beat_rate;  ///< Of the beats to the end, those in which nothing sounds.
  std::optional<double> empty_bar_rate;
  std::optional<double>
      chord_time;  ///< Ours: share of the sounding time that is in the chord track.
};

Statistics statistics_of(const score::Piece& piece);

}  // namespace cantus::theory
