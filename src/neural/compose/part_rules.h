// The hard constraints a part is written under: the sampler cannot leave them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neural/compose/plan.h"

namespace cantus::compose {

/// How a part's notes stand to the chords.
enum class Harmony {
  learnt,   ///< as the model learnt it from people, with leanings (melody_leanings.h)
  melodic,  ///< chord notes on strong places, scale notes between them that resolve by step
  chordal,  ///< chord notes only
  rooted,   ///< the chord's lowest note where a chord starts, else chord notes and short steps
  none,     ///< drums
};

/// The grid of sixteenths and eighth triplets together.
constexpr int kFine = 2;

struct PartRules {
  Harmony harmony = Harmony::melodic;
  bool one_at_a_time = true;
  int most_together = 1;
  int fewest_at_start =
      1;                 ///< of a chord: so many notes sound at once there, if the chord has them
  KeyRange range;        ///< in the key the model writes in
  int grid = 6;          ///< onsets on multiples of this many steps from the bar's start; or kFine
  int shortest = 6;      ///< steps
  int longest = 96;      ///< steps
  int most_repeats = 3;  ///< of one pitch in a row
  bool touches = false;  ///< writes velocities itself
  int must_start = -1;   ///< A note starts within so many steps after every chord; -1: need not.
};

/// From the plan's style, mood and metre; `shift` is how far the finished part moves up afterwards.
PartRules rules_for(const Plan& plan, const PlannedPart& part, int shift);

}  // namespace cantus::compose
