// The signs around the notes: directions, sounds, bar lines and attributes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pugixml.hpp>

#include "music/formats/musicxml/written_score.h"

namespace cantus::formats::musicxml {

/// <direction>: tempo, dynamics, rehearsal marks and jumps, at this distance from the bar's start.
void read_direction(pugi::xml_node direction, TickLength at, SharedBar& shared, WrittenBar& bar);

/// <sound>, in a direction or a bar of its own.
void read_sound(pugi::xml_node sound, TickLength at, SharedBar& shared, WrittenBar& bar);

/// <barline>: repeats and voltas.
void read_barline(pugi::xml_node barline, SharedBar& shared);

/// How far a part sounds from where it is written.
struct Transposition {
  int semitones = 0;
  int fifths = 0;  ///< the same for spellings, along the line of fifths
};
Transposition read_transposition(pugi::xml_node transpose);

/// A metre; nothing where the element has none (senza misura) or one that is not a number.
std::optional<score::Metre> read_time(pugi::xml_node time);

/// A signature as it sounds; nothing for one that is not counted in fifths.
std::optional<WrittenKey> read_key(pugi::xml_node key, const Transposition& transposition);

}  // namespace cantus::formats::musicxml
