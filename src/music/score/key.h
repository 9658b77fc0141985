// A key: a signature and a mode.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"
#include "music/score/pitch.h"

namespace cantus::score {

enum class Mode { major, minor, dorian, phrygian, lydian, mixolydian, locrian };
constexpr int kModes = 7;

/// `fifths` is the signature, -7 (seven flats) to 7 (seven sharps), as on paper: D dorian has 0.
struct Key {
  int fifths = 0;
  Mode mode = Mode::major;

  Spelling tonic() const;

  /// The seven pitch classes of the scale from the tonic up; minor is natural minor.
  std::array<PitchClass, 7> scale() const;

  bool contains(PitchClass pitch_class) const;

  /// The usual spelling of a pitch class in this key: within six fifths of the scale's middle.
  Spelling spell(PitchClass pitch_class) const;

  friend auto operator<=>(const Key&, const Key&) = default;
};

/// The key with this tonic; signatures beyond seven accidentals are respelt (G# major gives Ab
/// major).
Key key_of(Spelling tonic, Mode mode);

/// The key `semitones` higher, spelt with the fewest accidentals.
Key transposed(Key key, int semitones);

/// Semitones from the key of this mode without sharps or flats to this key, the nearest way: -5
/// to 6.
int semitones_from_home(Key key);

/// "D minor", "F# dorian".
std::string to_text(Key key);
std::string_view to_text(Mode mode);

/// Reads "D minor", "d", "Dm", "F# dorian", "Bb", "A min", "C maj", "E mix", "G phr".
Result<Key> key_from_text(std::string_view text);

}  // namespace cantus::score
