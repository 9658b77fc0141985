// A part while it is being rehearsed: each step of perform changes these notes in place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "music/score/piece.h"
#include "sound/perform/clock.h"
#include "sound/perform/note_touch.h"

namespace cantus::sound {

struct DraftNote {
  score::Note written;
  double onset_seconds;
  double release_seconds;
  double velocity;
  const NoteTouch* touch = nullptr;  ///< in place of the rules, where there is one
};

/// What every step may look at.
struct Rehearsal {
  const score::Piece& piece;
  const score::Part& part;
  const Clock& clock;
  std::span<const score::Tick> bars;  ///< Starts of all bars.
  Random random;                      ///< The part's own; never advanced, only forked.
  double amount;
  bool keeps_timing;  ///< The part was played by a person: leave it.
  bool keeps_velocity;
  const PartTouches* touches = nullptr;  ///< one a note of the part, or null: the rules

  /// Numbers that hang only on the seed, the part, the purpose and the place.
  Random draw(std::string_view purpose, std::int64_t place, std::int64_t detail = 0) const;

  /// The start of the bar that holds the tick.
  score::Tick bar_start(score::Tick at) const;
};

using Draft = std::vector<DraftNote>;  ///< By onset.

/// One past the last note that starts at the same tick as `draft[first]`.
std::size_t chord_end(const Draft& draft, std::size_t first);

}  // namespace cantus::sound
