// The notes of a part as lines of notes and chords that never overlap: what ABC can write.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::formats::abc {

/// Notes that start and end together, on the grid of note_text.h.
struct Event {
  score::Tick onset;
  score::Tick end;
  int voice = 0;
  std::vector<const score::Note*> notes;  ///< Of the part, which must outlive this.
};
using Layer = std::vector<Event>;

/// Fails with unsupported where more than 64 layers are needed. Grace notes are left out.
Result<std::vector<Layer>> layers_of(const score::Part& part);

}  // namespace cantus::formats::abc
