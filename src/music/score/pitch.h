// A pitch as MIDI counts it, and how it is spelt on paper.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cantus::score {

/// One of the twelve pitch classes; 0 is C, 9 is A. Always in 0 to 11.
class PitchClass {
 public:
  constexpr PitchClass() = default;
  constexpr explicit PitchClass(int semitones_above_c)
      : number_(((semitones_above_c % 12) + 12) % 12) {}

  constexpr int number() const { return number_; }
  constexpr PitchClass operator+(int semitones) const { return PitchClass(number_ + semitones); }
  /// Semitones up from `other` to this, 0 to 11.
  constexpr int above(PitchClass other) const { return ((number_ - other.number_) + 12) % 12; }

  friend constexpr auto operator<=>(PitchClass, PitchClass) = default;

 private:
  int number_ = 0;
};

/// A key number from 0 to 127; 60 is middle C (C4).
class Pitch {
 public:
  constexpr Pitch() = default;

  static Result<Pitch> from_key(int key);

  /// The nearest key number in 0 to 127.
  static constexpr Pitch clamped(int key) { return Pitch(key < 0 ? 0 : key > 127 ? 127 : key); }

  constexpr int key() const { return key_; }
  constexpr PitchClass pitch_class() const { return PitchClass(key_); }

  /// Moves by whole semitones; fails with invalid_input where the result leaves 0 to 127.
  Result<Pitch> transposed(int semitones) const { return from_key(key_ + semitones); }

  friend constexpr auto operator<=>(Pitch, Pitch) = default;

 private:
  constexpr explicit Pitch(int key) : key_(key) {}
  int key_ = 60;
};

/// A note name without its octave, as a place on the line of fifths: F is -1, C 0, G 1, F# 6, Bb
/// -2.
class Spelling {
 public:
  constexpr Spelling() = default;
  constexpr explicit Spelling(int fifths_from_c) : fifths_(fifths_from_c) {}
  /// `letter` is 'A' to 'G'; `alter` is semitones up (sharps) or down (flats).
  static constexpr Spelling of(char letter, int alter) {
    constexpr int kFifths[] = {3, 5, 0, 2, 4, -1, 1};  // A to G
    return Spelling(kFifths[letter - 'A'] + 7 * alter);
  }

  constexpr int fifths() const { return fifths_; }
  constexpr char letter() const { return "FCGDAEB"[(((fifths_ + 1) % 7) + 7) % 7]; }
  constexpr int alter() const {
    const int place = fifths_ + 1;
    return place >= 0 ? place / 7 : -((6 - place) / 7);
  }
  constexpr PitchClass pitch_class() const { return PitchClass(7 * fifths_); }

  friend constexpr auto operator<=>(Spelling, Spelling) = default;

 private:
  int fifths_ = 0;
};

/// "C", "F#", "Bb", "Ebb".
std::string to_text(Spelling spelling);

/// Reads "C", "f#", "Bb", "B♭", "E♯"; nothing may follow.
Result<Spelling> spelling_from_text(std::string_view text);

}  // namespace cantus::score
