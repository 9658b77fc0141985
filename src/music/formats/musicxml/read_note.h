// One <note> element taken apart.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "music/formats/musicxml/written_score.h"

namespace cantus::formats::musicxml {

struct NoteElement {
  bool chord = false;
  bool grace = false;
  bool cue = false;
  bool rest = false;
  bool whole_bar = false;  ///< A rest that stands for the bar, however long it says it is.
  bool unpitched = false;
  bool cross = false;  ///< a cross as note head
  bool tie_start = false;
  bool tie_stop = false;
  bool accent = false;
  std::optional<char> step;  ///< 'A' to 'G', of a pitch or of an unpitched note's place
  int alter = 0;
  int octave = 4;
  double duration = 0;  ///< divisions
  std::string_view type;
  int dots = 0;
  int actual = 1;  ///< a tuplet: `actual` notes in the time of `normal`
  int normal = 1;
  int staff = 1;
  int velocity = 0;  ///< 0 where the note does not say
  std::string_view voice = "1";
  std::string_view instrument;
  std::vector<WrittenLyric> lyrics;  ///< their place is left at 0

  /// Ticks by type, dots and tuplet; nothing where the type is missing or unknown.
  std::optional<double> written_ticks() const;
};

/// Views live as long as the document.
NoteElement read_note(pugi::xml_node note);

}  // namespace cantus::formats::musicxml
