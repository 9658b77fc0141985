// How near a set of phrases lies to the training phrases, with intervals, and whether nearer than
// another set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/rolls/statistics.h"

namespace cantus::rolls {

/// One phrase's distance (likeness.h) to its nearest training phrase.
struct Apart {
  std::uint32_t piece = 0;  ///< what is resampled as a whole: phrases of one piece share a number
  double distance = 1.0;
};

/// Their mean; the interval resamples the pieces. Not known where there is none.
Figure mean_apart(std::span<const Apart> phrases, std::uint64_t seed = 1);

/// The mean of `ours` less that of `theirs`: below 0 where ours lie nearer. The pieces of each side
/// are resampled; where both have phrases of just the same pieces (ours were asked for what theirs
/// do), the same pieces of both at once, so that what is common to them falls out.
Figure difference_apart(std::span<const Apart> ours,
                        std::span<const Apart> theirs,
                        std::uint64_t seed = 1);

}  // namespace cantus::rolls
