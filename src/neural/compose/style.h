// Styles and moods: what each word means in tempo, instruments and the models' conditions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "music/score/piece.h"

namespace cantus::compose {

struct Style {
  std::string_view name;
  std::string_view form;    ///< Whose forms it has: tune, waltz, song, hymn (forms.h) or pop.
  std::string_view chords;  ///< Words of tokens::styles(): what the models are told, a stage each.
  std::string_view melody;
  std::string_view band;
  std::string_view drums;
  double slowest_bpm;
  double fastest_bpm;
  score::Metre metre;
  score::Mode mode;
  int melody_program;  ///< General MIDI
  int counter_program;
  int chords_program;
  int pad_program;
  int bass_program;
  int bass_steps;  ///< The bass's shortest note, in steps of a twenty-fourth of a beat.
  bool has_drums;
  bool swings;  ///< Off-beat eighths fall on the last third of the beat.
};

struct Mood {
  std::string_view name;
  double valence;  ///< -1 dark to 1 bright
  double arousal;  ///< -1 calm to 1 stirring
};

/// The General MIDI program that lead sheets of a style (a word of tokens::styles()) were learnt
/// with: whatever is to play the melody, the model hears it so.
int lead_program(std::string_view style);

std::span<const Style> styles();
std::span<const Mood> moods();
const Style* find_style(std::string_view name);  ///< null where there is none
const Mood* find_mood(std::string_view name);
const Mood& nearest_mood(double valence, double arousal);
std::string style_names();  ///< "folk, song, ..."
std::string mood_names();

}  // namespace cantus::compose
