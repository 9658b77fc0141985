// Bars and beats: where each bar starts and how it is counted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "music/score/ticks.h"

namespace cantus::score {

struct Metre {
  int numerator = 4;    ///< 1 to 64
  int denominator = 4;  ///< 1, 2, 4, ... 64

  constexpr TickLength bar_length() const { return beats(numerator * 4, denominator); }
  /// The pulse a listener taps: a dotted note in 6/8, 9/8, 12/8; the denominator's note otherwise.
  constexpr TickLength pulse() const {
    const bool compound = denominator >= 8 && numerator > 3 && numerator % 3 == 0;
    return beats(compound ? 12 : 4, denominator);
  }

  friend constexpr bool operator==(Metre, Metre) = default;
};

struct MetreChange {
  Tick at;
  Metre metre;

  friend bool operator==(const MetreChange&, const MetreChange&) = default;
};

/// The metre at every tick. A change starts a bar; a bar cut short by a change is short.
/// A pickup (anacrusis) is a bar before the first, no longer than that: it is bar 0, the next is
/// bar 1. Without a pickup the first bar is bar 1.
class MetreMap {
 public:
  explicit MetreMap(Metre metre = {}) { set(Tick(), metre); }

  /// From `at` on; replaces a change already there. Numbers outside Metre's ranges are held to
  /// them.
  void set(Tick at, Metre metre);

  /// Length of the pickup bar, at most a bar (where it begins with a rest); zero for none.
  void set_pickup(TickLength length) { pickup_ = length; }
  TickLength pickup() const { return pickup_; }

  Metre metre_at(Tick at) const;

  /// The number a musician would call the bar at this tick; 1 is the first full bar.
  int bar_at(Tick at) const;
  /// Where bar `number` starts; numbers before the first give the start of the piece.
  Tick bar_start(int number) const;
  Tick bar_start_at(Tick at) const { return bar_start(bar_at(at)); }

  /// Starts of all bars before `end`, the pickup's too.
  std::vector<Tick> bar_starts(Tick end) const;

  std::span<const MetreChange> changes() const { return changes_; }

  friend bool operator==(const MetreMap&, const MetreMap&) = default;

 private:
  std::vector<MetreChange> changes_;
  TickLength pickup_;
};

}  // namespace cantus::score
