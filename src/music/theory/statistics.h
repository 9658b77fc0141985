// What a piece looks like in numbers: the measures the literature judges generated music by.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "music/score/piece.h"

namespace cantus::theory {

/// Every field is empty where it has no meaning: no pitched note, no melody over chords, one bar.
/// Grace notes are left out. "MusPy" marks the definitions of Dong et al., ISMIR 2020.
struct Statistics {
  double notes_a_second = 0.0;  ///< Drums included.
  double notes_a_beat = 0.0;
  std::optional<int> pitch_range;               ///< Semitones. MusPy, without drums.
  std::optional<int> pitches_used;              ///< MusPy
  std::optional<int> pitch_classes_used;        ///< MusPy
  std::optional<double> polyphony;              ///< Mean notes sounding while any sounds. MusPy
  std::optional<double> polyphony_rate;         ///< Share of the time with two or more. MusPy
  std::optional<double> pitch_entropy;          ///< Bits, by note count. MusPy
  std::optional<double> pitch_class_entropy;    ///< Bits, by note count. MusPy
  std::optional<double> scale_consistency;      ///< Best share of notes in one scale. MusPy
  std::optional<double> groove_consistency;     ///< Bars against the next, on 24 steps a beat. MusPy
  std::optional<double> empty_beat_rate;        ///< MusPy
  std::optional<double> empty_bar_rate;         ///< MusPy
  std::optional<double> notes_in_chord;         ///< Share of pitched sounding time.
};

Statistics statistics_of(const score::Piece& piece);

}  // namespace cantus::theory
