// Small MusicXML scores for the tests, and notes in words.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "music/formats/musicxml/read.h"

namespace cantus::formats::musicxml {

inline std::string xml_score(std::string_view part_list, std::string_view parts) {
  return fmt::format("<score-partwise version=\"4.0\"><part-list>{}</part-list>{}</score-partwise>",
                     part_list, parts);
}

/// One part, P1, with these measures inside.
inline std::string xml_part(std::string_view measures) {
  return xml_score("<score-part id=\"P1\"><part-name>Voice</part-name></score-part>",
                   fmt::format("<part id=\"P1\">{}</part>", measures));
}

/// A measure; the first should set divisions.
inline std::string measure(std::string_view content, std::string_view attributes = "") {
  return fmt::format("<measure {}>{}</measure>", attributes, content);
}

inline std::string divisions(int count, std::string_view more = "") {
  return fmt::format("<attributes><divisions>{}</divisions>{}</attributes>", count, more);
}

inline std::string time(int beats, int type) {
  return fmt::format("<time><beats>{}</beats><beat-type>{}</beat-type></time>", beats, type);
}

/// A note "C4", "F#5", "Bb3" of a length in divisions; `more` follows the duration.
inline std::string note(std::string_view name,
                        int duration,
                        std::string_view more = "",
                        std::string_view before = "") {
  const int alter = name[1] == '#' ? 1 : name[1] == 'b' ? -1 : 0;
  return fmt::format(
      "<note>{}<pitch><step>{}</step><alter>{}</alter><octave>{}</octave></pitch>"
      "<duration>{}</duration>{}</note>",
      before, name[0], alter, name.back(), duration, more);
}

inline std::string rest(int duration) {
  return fmt::format("<note><rest/><duration>{}</duration></note>", duration);
}

inline std::string backup(int duration) {
  return fmt::format("<backup><duration>{}</duration></backup>", duration);
}

/// The one piece of a score that can be read.
inline score::Piece piece_of(std::string_view xml) {
  auto reading = read(xml);
  if (reading) return std::move(reading->pieces.front());
  score::Piece nothing;
  nothing.title = "not read: " + reading.error().message;
  return nothing;
}

/// "0+1 C4": onset and length in beats, and the name as written.
inline std::string in_words(const score::Note& note) {
  const auto spelling = note.spelling.value_or(score::Spelling());
  const int octave = (note.pitch.key() - spelling.alter()) / 12 - 1;
  return fmt::format("{}{:.4g}+{:.4g} {}{}", note.grace ? "grace " : "",
                     (note.onset - score::Tick()).beats(), note.length.beats(),
                     score::to_text(spelling), octave);
}

inline std::vector<std::string> in_words(const score::Part& part) {
  std::vector<std::string> out;
  for (const score::Note& note : part.notes)
    out.push_back(in_words(note));
  return out;
}

}  // namespace cantus::formats::musicxml
