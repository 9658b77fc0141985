// Walks the bars of one part, from its first to its last.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include <pugixml.hpp>

#include "music/formats/musicxml/cursor.h"
#include "music/formats/musicxml/instruments.h"
#include "music/formats/musicxml/read_note.h"
#include "music/formats/musicxml/read_signs.h"
#include "music/formats/musicxml/warnings.h"
#include "music/formats/musicxml/written_score.h"

namespace cantus::formats::musicxml {

/// What the part says for all parts goes into the score's bars; the first part to say it counts.
class PartReader {
 public:
  PartReader(WrittenScore& score,
             std::size_t part,
             const Instruments& instruments,
             Warnings& warnings)
      : score_(score),
        part_(score.parts[part]),
        number_(part + 1),
        instruments_(instruments),
        warnings_(warnings) {}

  void read_bar(std::size_t index, pugi::xml_node measure);

 private:
  void read_element(pugi::xml_node element);
  void read_attributes(pugi::xml_node attributes);
  void read_chord_symbol(pugi::xml_node harmony);
  void share_out_chords(TickLength length);
  void move(double duration, bool forward);
  void read_note_element(pugi::xml_node element);
  void add_note(NoteElement& note);
  void reached(bool counts_beyond_metre);
  int drum_of(const NoteElement& note);
  int voice_of(const NoteElement& note);
  TickLength offset_place(pugi::xml_node element) const;
  void warn(std::string_view what) { warnings_.add(index_ + 1, number_, what); }

  WrittenScore& score_;
  WrittenPart& part_;
  std::size_t number_;
  const Instruments& instruments_;
  Warnings& warnings_;

  Cursor cursor_;
  Transposition transposition_;
  TickLength metre_length_ = score::Metre{}.bar_length();
  std::map<std::string, int, std::less<>> voices_;

  std::size_t index_ = 0;
  SharedBar* shared_ = nullptr;
  WrittenBar* bar_ = nullptr;
  TickLength last_start_;  // of the note that a <chord/> joins
  TickLength last_length_;
  double last_duration_ = 0;
  std::size_t waiting_chords_ = 0;  ///< symbols that stand before the coming note, without a place
};

}  // namespace cantus::formats::musicxml
