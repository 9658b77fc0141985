// Which note values write a rhythm: dots, ties and tuplets, bar by bar.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "music/score/ticks.h"

namespace cantus::formats::musicxml {

/// The nearest place in a bar that note values can write, given all the places that a part needs
/// in it; distances from the bar's start.
class BarGrid {
 public:
  /// `places` in any order.
  explicit BarGrid(std::span<const score::TickLength> places);

  score::TickLength nearest(score::TickLength place) const;
  /// The shortest length from a place on: one step of the grid there.
  score::TickLength step_at(score::TickLength place) const;

 private:
  std::map<std::int64_t, std::int64_t> steps_;  // ticks of a step, by beat
};

/// One written note or rest; an event that needs several is tied.
struct NoteValue {
  std::size_t event = 0;  ///< which of the events
  score::TickLength at;   ///< from the bar's start
  score::TickLength length;
  std::string_view type;  ///< "quarter"; empty for a length that no note value has
  int dots = 0;
  int actual = 1;  ///< a tuplet: `actual` in the time of `normal` of `normal_type`
  int normal = 1;
  std::string_view normal_type;
  bool tuplet_starts = false;
  bool tuplet_stops = false;
};

/// The values of a bar's events, one after the other without gaps: event i lasts from boundaries[i]
/// to boundaries[i + 1]. Boundaries ascend from 0 and lie on a BarGrid.
std::vector<NoteValue> note_values(std::span<const score::TickLength> boundaries);

/// The plain note value nearest to a length: for grace notes.
std::string_view nearest_type(score::TickLength length);

}  // namespace cantus::formats::musicxml
