// How fast: from ticks to seconds and back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "music/score/ticks.h"

namespace cantus::score {

constexpr double kSlowestBpm = 4.0;
constexpr double kFastestBpm = 1000.0;

struct TempoChange {
  Tick at;
  double bpm = 120.0;  ///< Beats (quarter notes) a minute.

  friend bool operator==(const TempoChange&, const TempoChange&) = default;
};

/// A tempo for every tick: starts at 0, one change a tick, sorted; changes are sudden.
class TempoMap {
 public:
  explicit TempoMap(double bpm = 120.0) { set(Tick(), bpm); }

  /// From `at` on; replaces a change already there. `bpm` is held to kSlowestBpm..kFastestBpm.
  void set(Tick at, double bpm);

  double bpm_at(Tick at) const;
  double seconds_at(Tick at) const;  ///< `at` before 0 counts as 0.
  Tick tick_at(double seconds) const;

  std::span<const TempoChange> changes() const { return changes_; }

  friend bool operator==(const TempoMap&, const TempoMap&) = default;

 private:
  std::vector<TempoChange> changes_;
};

}  // namespace cantus::score
