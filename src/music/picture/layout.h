// Where everything goes: rows of bars, the range of keys, the heights of the lanes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/picture/drum_lanes.h"
#include "music/score/piece.h"

namespace cantus::picture {

/// Lengths are in units of a sheet this wide, whatever the picture's size.
constexpr double kSheetWidth = 1200.0;
constexpr double kMargin = 30.0;
constexpr double kGutter = 62.0;  ///< Left of the notes: key names, drum names.
constexpr double kNotesWidth = kSheetWidth - 2.0 * kMargin - kGutter;
constexpr double kPageHeight = 848.5;  ///< Of landscape A4 (297 x 210 mm) at this width.
constexpr double kRowGap = 20.0;

struct Row {
  score::Tick from;
  score::Tick to;
  std::vector<score::Tick> bars;  ///< Bar lines inside, the first at `from`.
};

struct Layout {
  std::vector<Row> rows;
  score::TickLength longest_row;
  int lowest_key = 48;
  int highest_key = 72;
  double key_height = 6.0;
  std::vector<DrumLane> drums;

  // Heights of the lanes from the top; 0 where the piece has none.
  double sections = 0.0;
  double numbers = 13.0;
  double chords = 0.0;
  double roll = 0.0;
  double lyrics = 0.0;
  double drum_lane = 9.0;  ///< Each.

  double row_height() const;
  /// Horizontal place of a tick in a row that starts at `from`.
  double x_of(score::Tick at, score::Tick from) const;
  /// Top of a key's lane, counted from the top of the roll.
  double y_of(int key) const { return (highest_key - key) * key_height; }
};

/// At most `most_height` for all rows together; `bars_a_row` 0 chooses.
Layout lay_out(const score::Piece& piece, int bars_a_row, double most_height);

}  // namespace cantus::picture
