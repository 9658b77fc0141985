// Plays a piece as people do: timing, touch and articulation.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "music/score/piece.h"
#include "sound/perform/note_touch.h"
#include "sound/perform/performance.h"

namespace cantus::sound {

struct PerformOptions {
  int sample_rate = 44100;
  std::uint64_t seed = 0;
  double amount = 1.0;  ///< How human, 0 to 2: 0 plays what is written, to the frame.
  /// How much slower the last bar ends, as a fraction: 0.3 ends at 1 / 1.3 of the tempo. The piece
  /// is longer for it; 0 keeps its length to the frame.
  double final_slowing = 0.0;
  /// By part of the piece, in place of the rules; parts beyond its end, and those whose touches are
  /// not one a note, are played by the rules.
  std::span<const PartTouches> touches = {};
};

/// The same seed, the same performance. Every choice hangs on the seed, the part and the note's
/// own place, so an edit of one part leaves all others as they were, and an edit of some bars
/// leaves the part's other notes, outside the phrases it touches, as they were.
/// A part whose timing or velocities vary like a person's keeps them.
Performance perform(const score::Piece& piece, const PerformOptions& options);

}  // namespace cantus::sound
