// From a file's ticks to ours.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "music/score/ticks.h"

namespace cantus::formats::midi {

/// Where our pieces stop: 27 hours at 120 beats a minute. Keeps lists of bars small whatever a file
/// claims, and every product below inside 64 bits.
constexpr score::Tick kLongestPiece(200'000 * score::kTicksPerBeat);

/// The largest position, in a file's own ticks, that is kept apart from those after it.
constexpr std::int64_t kLastFileTick = std::int64_t{1} << 37U;

/// The division field of a header: `numerator` / `denominator` of our ticks to one of the file's.
struct Clock {
  std::int64_t numerator = score::kTicksPerBeat;
  std::int64_t denominator = 480;
  bool smpte = false;  ///< Counts seconds, not beats: read as if at 120 beats a minute.

  /// The nearest tick; `at` from 0 to kLastFileTick.
  constexpr score::Tick tick(std::int64_t at) const {
    return score::Tick((2 * at * numerator + denominator) / (2 * denominator));
  }
};

}  // namespace cantus::formats::midi
