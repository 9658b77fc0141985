// From ticks to seconds, fast for pieces of many tempo changes, and slower at the end if asked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/score/piece.h"

namespace cantus::sound {

class Clock {
 public:
  /// See PerformOptions::final_slowing.
  Clock(const score::Piece& piece, double final_slowing);

  double seconds_at(score::Tick at) const;
  double bpm_at(score::Tick at) const;

 private:
  struct Stretch {
    score::Tick from;
    double seconds;  ///< at `from`
    double bpm;
  };
  const Stretch& stretch_at(score::Tick at) const;

  std::vector<Stretch> stretches_;
  double slow_from_ = 0.0;    ///< seconds
  double slow_length_ = 0.0;  ///< seconds before slowing; 0 for none
  double slowing_ = 0.0;
};

}  // namespace cantus::sound
