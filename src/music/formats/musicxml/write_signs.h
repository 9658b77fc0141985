// The signs of a written bar: keys, metres, clefs, tempo, chord symbols, section marks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "music/formats/musicxml/layout.h"
#include "music/score/piece.h"

namespace cantus::formats::musicxml {

/// Text and attribute values for XML: escaped, one line, at most 200 bytes.
std::string escaped(std::string_view text);

/// An element that stands at a place in a bar; its <offset> goes between head and tail.
struct Sign {
  score::TickLength at;
  std::string head;
  std::string tail;
};

/// By place. Harmony, tempo and sections of [start, end).
std::vector<Sign> chord_signs(const score::Piece& piece, score::Tick start, score::Tick end);
std::vector<Sign> tempo_signs(const score::Piece& piece, score::Tick start, score::Tick end);
std::vector<Sign> section_signs(const score::Piece& piece, score::Tick start, score::Tick end);

std::string key_element(score::Key key);
std::string time_element(score::Metre metre);

/// The clef for notes around a key number, as <clef> with its staff number where there are two.
std::string clef_element(int average_key, int program, bool drums, int staff, int staves);

}  // namespace cantus::formats::musicxml
