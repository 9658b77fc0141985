// Chord symbols as MusicXML writes them: kinds and degrees, both ways.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <pugixml.hpp>

#include "music/score/chord.h"

namespace cantus::formats::musicxml {

/// A degree added to a kind: {9, -1} is a flat ninth.
struct Degree {
  int value = 0;
  int alter = 0;
};

/// How a quality is written: the kind, and the degree it needs, if any.
struct KindOf {
  std::string_view kind;
  std::optional<Degree> added;
};
KindOf kind_of(score::Quality quality);

struct ReadHarmony {
  std::optional<score::Chord> chord;  ///< Absent where the kind is "none".
};

/// Nothing where the element names no chord: a function, or a numeral.
std::optional<ReadHarmony> read_harmony(pugi::xml_node harmony);

}  // namespace cantus::formats::musicxml
