// A part's notes sorted into staves, voices and chords, ready to be written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <vector>

#include "music/score/piece.h"

namespace cantus::formats::musicxml {

/// A chord (or one note) of a voice, or grace notes alone, which take no time.
struct VoiceEvent {
  score::Tick start;
  score::Tick end;
  std::vector<const score::Note*> notes;   ///< together; empty where only graces stand
  std::vector<const score::Note*> graces;  ///< before the notes
};

struct Voice {
  int staff = 1;
  std::vector<VoiceEvent> events;  ///< by start, never overlapping
};

struct VoicedPart {
  int staves = 1;
  std::vector<Voice> voices;  ///< at least one for each staff, by staff
  /// Where each onset of a note or syllable went.
  std::map<score::Tick, score::Tick> moved;
};

/// Notes are moved to where note values can write them (BarGrid); those of equal onset, length
/// and staff share a chord, others that sound together get voices of their own, near to what
/// Note::voice says. Keyboards and harps that go both ways from middle C get two staves.
/// `bars`: where each bar starts, and the end. The notes must outlive the result.
VoicedPart voiced(const score::Part& part, std::span<const score::Tick> bars);

}  // namespace cantus::formats::musicxml
