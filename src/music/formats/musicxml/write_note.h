// One written note or rest as a <note> element.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "music/formats/musicxml/layout.h"
#include "music/formats/musicxml/rhythm.h"
#include "music/score/piece.h"

namespace cantus::formats::musicxml {

/// The identifier of a part, and of one of its drums.
std::string part_id(std::size_t part);
std::string drum_id(std::size_t part, int key);

/// Everything but the pitch of a note element.
struct NoteSetting {
  const NoteValue* value = nullptr;  ///< null for a grace note
  int voice = 1;
  int staff = 1;
  bool in_chord = false;
  bool tie_stop = false;
  bool tie_start = false;
  std::string lyrics;
};

/// Writes the notes of one part.
class NoteWriter {
 public:
  /// `staves` of the part. All must outlive the writer.
  NoteWriter(const score::Piece& piece, std::size_t part, int staves, const Layout& layout);

  void write(const score::Note& note, const NoteSetting& setting, std::string& out) const;
  void write_rest(const NoteSetting& setting, std::string& out) const;
  /// A rest that stands for the whole bar.
  void write_bar_rest(const NoteSetting& setting, score::TickLength length, std::string& out) const;

  /// The part is written this many octaves above its sound: where keys lie below C0, which
  /// MusicXML's octaves do not reach.
  int octave_change() const { return octave_change_; }

 private:
  std::string pitch_element(const score::Note& note) const;

  const score::Piece& piece_;
  const score::Part& part_;
  std::size_t number_;
  int staves_;
  const Layout& layout_;
  int octave_change_ = 0;
};

}  // namespace cantus::formats::musicxml
