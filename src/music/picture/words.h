// Words for a picture: clean UTF-8, chords and keys as musicians print them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "music/score/piece.h"

namespace cantus::picture {

/// Valid UTF-8 without control characters; bytes that are neither become question marks.
std::string printable(std::string_view text);

/// For XML.
std::string escaped(std::string_view text);

/// "B♭ minor".
std::string key_words(score::Key key);
/// "F♯m7♭5".
std::string chord_words(const score::Chord& chord);

/// "D minor  ·  96 bpm  ·  3/4  ·  32 bars  ·  1:20"
std::string summary_of(const score::Piece& piece);

/// What the legend says of a part: its name, and the instrument where the name does not tell.
std::string name_of(const score::Part& part);
std::string instrument_of(const score::Part& part);

}  // namespace cantus::picture
