// Small pieces the tests of this folder are told in.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "music/score/piece.h"

namespace cantus::theory {

inline score::Note note(double onset_beats, double length_beats, int key) {
  const auto ticks = [](double beats) {
    return static_cast<std::int64_t>(beats * static_cast<double>(score::kTicksPerBeat));
  };
  return {score::Tick(ticks(onset_beats)), score::TickLength(ticks(length_beats)),
          score::Pitch::clamped(key)};
}

/// Notes one after the other, all of one length; 0 is a rest.
inline score::Part line(std::initializer_list<int> keys, double beats = 1.0) {
  score::Part part;
  double at = 0.0;
  for (const int key : keys) {
    if (key > 0) part.notes.push_back(note(at, beats, key));
    at += beats;
  }
  return part;
}

/// Block chords one after the other, all of one length, each spelt from its lowest key up.
inline score::Part blocks(std::initializer_list<std::initializer_list<int>> chords, double beats) {
  score::Part part;
  double at = 0.0;
  for (const auto& chord : chords) {
    for (const int key : chord)
      part.notes.push_back(note(at, beats, key));
    at += beats;
  }
  return part;
}

inline score::Piece piece_of(std::vector<score::Part> parts) {
  score::Piece piece;
  piece.parts = std::move(parts);
  score::tidy(piece);
  return piece;
}

/// "C:4 Am:2 F/A:2": chords by name, each for so many beats.
inline std::string told(const std::vector<score::ChordSpan>& chords) {
  std::string text;
  for (const score::ChordSpan& span : chords) {
    if (!text.empty()) text += ' ';
    text +=
        score::to_text(span.chord) + ':' + std::to_string(static_cast<int>(span.length.beats()));
  }
  return text;
}

}  // namespace cantus::theory
