// Paints what lies under the notes of a row: key lanes, bar and beat lines, numbers and names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "music/picture/paint_row.h"

namespace cantus::picture {

/// Tops of a row's lanes and its sides.
struct RowPlaces {
  double left = 0.0;
  double right = 0.0;
  double numbers = 0.0;
  double chords = 0.0;
  double roll = 0.0;
  double lyrics = 0.0;
  double drums = 0.0;
  double bottom = 0.0;
};

RowPlaces places_of(const Layout& layout, const Row& row, double top);

void paint_grid(const Sheet& sheet, const Row& row, const RowPlaces& places);
void paint_frame(const Sheet& sheet, const RowPlaces& places);

}  // namespace cantus::picture
