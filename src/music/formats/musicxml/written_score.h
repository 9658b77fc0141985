// A score as it is written: bars with their notes and signs, before repeats are unfolded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "music/formats/musicxml/flow.h"
#include "music/score/piece.h"

namespace cantus::formats::musicxml {

using score::TickLength;

/// Everything written is placed by its distance from the start of its bar.
struct WrittenNote {
  TickLength at;
  TickLength length;
  int key = 60;  ///< 0 to 127, sounding; a General MIDI drum where `drum`
  score::Spelling spelling;
  int voice = 0;     ///< index into WrittenPart::voices
  int velocity = 0;  ///< 0: what the dynamics say
  bool accent = false;
  bool grace = false;
  bool drum = false;
  bool tie_start = false;
  bool tie_stop = false;
};

struct WrittenLyric {
  TickLength at;
  std::string syllable;
  bool continues = false;
  int verse = 1;
};

/// A loudness mark, a single loud note (sf) or an end of a hairpin.
struct DynamicMark {
  enum class Kind { level, accent, crescendo, diminuendo, wedge_end };
  TickLength at;
  Kind kind = Kind::level;
  int velocity = 0;
};

struct WrittenChord {
  TickLength at;
  std::optional<score::Chord> chord;  ///< Absent: no chord from here on (N.C.).
};

struct WrittenBar {
  std::vector<WrittenNote> notes;  ///< by `at`
  std::vector<WrittenLyric> lyrics;
  std::vector<DynamicMark> dynamics;
  std::vector<WrittenChord> chords;
};

/// A voice's name in the file and the staff it first appeared on.
struct VoiceName {
  std::string name;
  int staff = 1;
};

struct WrittenPart {
  std::string id;
  std::string name;
  int program = 0;
  bool kit = false;  ///< MIDI channel 10 or instruments with drum numbers: the program is a kit
  std::vector<VoiceName> voices;
  std::vector<WrittenBar> bars;
};

struct WrittenKey {
  TickLength at;
  int fifths = 0;
  std::optional<score::Mode> mode;  ///< Absent: the file did not say.
};

struct WrittenTempo {
  TickLength at;
  double bpm = 120;
};

/// A rehearsal mark.
struct WrittenMark {
  TickLength at;
  std::string name;
};

/// What a bar is for all parts together.
struct SharedBar {
  TickLength length;  ///< The longest part's; zero for an empty bar until it is settled.
  std::optional<score::Metre> metre;  ///< where one is written
  bool unmeasured = false;            ///< senza misura is written
  bool implicit = false;              ///< not counted: a pickup, or the rest of a split bar
  std::vector<WrittenKey> keys;
  std::vector<WrittenTempo> tempos;
  std::vector<WrittenMark> marks;
  BarFlow flow;
};

struct WrittenScore {
  std::string title;
  std::string composer;
  std::vector<WrittenPart> parts;
  std::vector<SharedBar> bars;
  std::vector<std::pair<std::string, std::string>> extras;  ///< miscellaneous fields
};

}  // namespace cantus::formats::musicxml
