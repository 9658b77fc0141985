// A chord as a lead sheet names it: root, quality, perhaps another bass note.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "music/score/pitch.h"

namespace cantus::score {

enum class Quality {
  major,
  minor,
  diminished,
  augmented,
  power,
  suspended_second,
  suspended_fourth,
  major_sixth,
  minor_sixth,
  dominant_seventh,
  major_seventh,
  minor_seventh,
  minor_major_seventh,
  half_diminished,
  diminished_seventh,
  augmented_seventh,
  suspended_seventh,
  added_ninth,
  dominant_ninth,
  major_ninth,
  minor_ninth,
  dominant_flat_ninth,
  dominant_eleventh,
  dominant_thirteenth,
};
constexpr int kQualities = 24;

struct Chord {
  Spelling root;
  Quality quality = Quality::major;
  std::optional<Spelling> bass;  ///< Where it is not the root: C/E.

  /// Semitones above the root, ascending, the root's 0 first; never empty, at most seven.
  std::vector<int> intervals() const;

  /// Bit p is set where pitch class p belongs to the chord; the bass note is included.
  std::bitset<12> pitch_classes() const;
  bool contains(PitchClass pitch_class) const {
    return pitch_classes()[static_cast<std::size_t>(pitch_class.number())];
  }
  Spelling lowest() const { return bass.value_or(root); }

  friend auto operator<=>(const Chord&, const Chord&) = default;
};

/// The same chord `fifths` further along the line of fifths (7 fifths up is a semitone up).
Chord transposed(Chord chord, int fifths);

/// "Dm7", "F#dim", "C/E".
std::string to_text(const Chord& chord);
/// What follows the root: "", "m", "7", "maj7".
std::string_view symbol(Quality quality);

/// Reads lead-sheet habits: "Dm", "D-7", "Cmaj7", "CM7", "CΔ", "F#o7", "Bbø", "G7sus4", "A7(b9)",
/// "C/E", "E+". Extensions we have no quality for fall back to the nearest below ("C7#11" gives
/// C7).
Result<Chord> chord_from_text(std::string_view text);

}  // namespace cantus::score
