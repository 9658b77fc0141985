// What a melody's bar keeps of an earlier bar that it is made from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "music/score/pitch.h"
#include "neural/compose/part_rules.h"

namespace cantus::compose {

/// Of a rhythm, in steps from the bar's start.
struct Stroke {
  int position = 0;
  int length = 0;
  int key = 0;  ///< key number where the rhythm was first heard
};

/// How a melody's bar is made from an earlier one.
enum class Motif {
  none,
  rhythm,  ///< struck and held as that one
  moved,   ///< and some steps of the scale from it
};

/// How far a melody leans to saying of a bar that it is made so; logits.
struct MotifLeanings {
  float moved = 0.0F;
  float rhythm = 0.0F;
};

/// The bar as far as it is written, and where it may go.
struct MotifSoFar {
  std::optional<int> first;  ///< its first note; nothing before that is written
  KeyRange range;
  score::PitchClass tonic;
};

/// Whether `key` would go on with the motif where stroke `at` sounds. The first of a moved bar
/// leaves room in the range for all others.
bool keeps_motif(Motif motif,
                 std::span<const Stroke> strokes,
                 std::size_t at,
                 int key,
                 const MotifSoFar& so_far);

}  // namespace cantus::compose
