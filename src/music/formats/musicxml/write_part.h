// Writes the bars of one part.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "music/formats/musicxml/layout.h"
#include "music/formats/musicxml/rhythm.h"
#include "music/formats/musicxml/voices.h"
#include "music/formats/musicxml/write_note.h"
#include "music/formats/musicxml/write_signs.h"
#include "music/score/piece.h"

namespace cantus::formats::musicxml {

class PartWriter {
 public:
  /// All must outlive the writer. `carries_signs`: tempo, sections and chord symbols stand here.
  PartWriter(const score::Piece& piece,
             std::size_t part,
             const VoicedPart& voices,
             const Layout& layout,
             bool carries_signs);

  /// Bars in order, each once.
  void write_bar(std::size_t bar, std::string& out);

 private:
  /// What a voice does in a bar, without gaps: boundaries and the event of each stretch.
  struct Line {
    std::vector<score::TickLength> boundaries;
    std::vector<const VoiceEvent*> events;        ///< null for a rest
    std::vector<const VoiceEvent*> grace_events;  ///< before each stretch, and one at the end
    bool sounds = false;
  };

  void write_attributes(std::size_t bar, std::string& out) const;
  std::string first_attributes() const;
  void write_late_keys(std::string& out);
  Line line_of(std::size_t voice);
  void write_line(const Line& line, std::size_t voice, bool fills_rests, std::string& out);
  void write_value(const Line& line,
                   const NoteValue& value,
                   std::size_t voice,
                   bool fills_rests,
                   std::string& out);
  NoteSetting setting_of(std::size_t voice) const;
  void write_whole_rest(std::size_t voice, std::string& out);
  void write_signs_before(score::TickLength at, score::TickLength end, std::string& out);
  void write_graces(const VoiceEvent* event, std::size_t voice, std::string& out) const;
  std::vector<score::Tick> lyric_places(const VoiceEvent& event) const;
  std::string lyrics_at(score::Tick onset);
  void collect_lyrics();
  void move_to(score::TickLength at, std::string& out);
  score::Tick end() const { return start_ + length_; }

  const score::Piece& piece_;
  const score::Part& part_;
  const VoicedPart& voices_;
  const Layout& layout_;
  bool carries_signs_;
  NoteWriter notes_;

  std::vector<int> voice_names_;
  std::vector<std::size_t> next_event_;  ///< of each voice: the first that is not past
  std::multimap<score::Tick, std::string> lyrics_;

  bool last_bar_ = false;
  score::Tick start_;
  score::TickLength length_;
  score::TickLength cursor_;
  std::vector<Sign> signs_;
  std::size_t next_sign_ = 0;
};

}  // namespace cantus::formats::musicxml
