// The instruments a part list declares: programs, and which drum each instrument of a kit is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace cantus::formats::musicxml {

struct Instrument {
  std::string name;
  std::string sound;           ///< "strings.violin", of the standard's sound names
  std::optional<int> program;  ///< 0 to 127
  std::optional<int> drum;     ///< key number, where midi-unpitched says
  bool drum_channel = false;   ///< MIDI channel 10
};

/// A score-part's instruments by id; the first declared one is `first`.
struct Instruments {
  std::map<std::string, Instrument, std::less<>> by_id;
  std::string first;

  const Instrument* find(std::string_view id) const;
};

Instruments instruments_of(pugi::xml_node score_part);

/// The General MIDI program of a part: what is declared, or what the names suggest; else a piano.
int program_of(const Instruments& instruments, std::string_view part_name);

/// The General MIDI drum that an instrument's name suggests: "Snare Drum" gives 38.
std::optional<int> drum_named(std::string_view name);
/// Where a drum stands on the usual five-line drum staff (treble clef: step C to B, octave).
struct DrumPlace {
  char step = 'C';
  int octave = 5;
  bool cross = false;  ///< a cross as its note head: cymbals
};
DrumPlace place_of_drum(int key);
std::optional<int> drum_at_place(char step, int octave, bool cross);

}  // namespace cantus::formats::musicxml
