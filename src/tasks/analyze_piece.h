// Tells what a piece is: key, tempo, metre, parts, chords, sections, and its numbers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "music/score/piece.h"
#include "music/theory/melody_statistics.h"
#include "music/theory/mood.h"
#include "music/theory/pitch_weights.h"
#include "music/theory/statistics.h"

namespace cantus::tasks {

struct PartFacts {
  std::string name;
  score::Role role = score::Role::other;
  int program = 0;
  std::size_t notes = 0;
  std::optional<int> lowest;  ///< key numbers
  std::optional<int> highest;
};

struct Analysis {
  std::string title;
  std::optional<score::Key> key;
  bool key_is_declared = false;  ///< else found from the notes
  double tempo_bpm = 120.0;      ///< at the beginning; beats are quarter notes
  score::Metre metre;            ///< at the beginning
  int bars = 0;
  double seconds = 0.0;
  std::size_t notes = 0;
  std::vector<PartFacts> parts;
  std::vector<score::ChordSpan> chords;
  bool chords_are_declared = false;
  std::vector<score::Section> sections;
  bool sections_are_declared = false;
  std::vector<score::KeyChange> keys;  ///< Declared, or found bar by bar; the first is at 0.
  theory::PitchWeights pitch_class_beats = {};  ///< C first; beats of sound
  theory::Statistics statistics;
  std::optional<theory::Mood> mood;  ///< of its notes; nothing for drums alone
  theory::ChordStatistics chord_statistics;
  theory::MelodyMovement melody;  ///< of the part in the role of melody
  theory::MelodyOverChords melody_over_chords;
  std::vector<std::string> warnings;  ///< what looks wrong in the notes, one sentence each
  score::MetreMap bars_at;            ///< tells the bars of chords and sections
};

/// What the piece declares is taken as it is; the rest is found.
Analysis analyze(const score::Piece& piece);

/// docs/formats/analysis.md; ends with a newline.
std::string to_json(const Analysis& analysis);
/// For people, a few lines.
std::string to_text(const Analysis& analysis);

}  // namespace cantus::tasks
