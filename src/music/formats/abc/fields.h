// What the information fields K:, M:, L: and Q: say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "music/formats/abc/tune.h"

namespace cantus::formats::abc {

/// Semitones on each letter, C first.
using Accidentals = std::array<int, 7>;
Accidentals accidentals_of(int fifths);
/// 0 for C to 6 for B, in either case.
int letter_index(char letter);

/// What K: or V: say about how notes sound.
struct Properties {
  std::optional<int> transpose;  ///< semitones
  std::optional<int> octave;     ///< octave= and the 8 of clefs such as treble-8
  bool percussion = false;
  std::string name;
};
Properties properties_from(std::string_view text);

struct KeyField {
  std::optional<score::Key> key;           ///< No value: K:none, or a change of clef only.
  std::optional<Accidentals> accidentals;  ///< No value: they stay as they are.
  Properties properties;
};
/// Never fails: what is no key is K:none, with `understood` false.
KeyField key_field(std::string_view text, bool& understood);

/// "6/8", "C", "C|", "2+3/8", "(2+2+3)/8"; nothing for "none" and what is no metre.
WrittenMetre metre_field(std::string_view text);
/// The unit note length where there is no L:: a sixteenth below 3/4, an eighth from there.
Grains default_unit(WrittenMetre metre);
std::optional<Grains> unit_field(std::string_view text);
/// Beats a minute from "1/4=120", "3/8=100", "120", "C3=40", "\"Allegro\"".
std::optional<double> tempo_field(std::string_view text, Grains unit);

}  // namespace cantus::formats::abc
