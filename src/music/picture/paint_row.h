// Paints one row of bars: bands, grid, notes, chord names, drums.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/picture/canvas.h"
#include "music/picture/layout.h"

namespace cantus::picture {

struct Sheet {
  Canvas& canvas;
  const score::Piece& piece;
  const Layout& layout;
  std::vector<Colour> colours;  ///< One a part.
};

/// The row's top is at `top`; it takes layout.row_height().
void paint_row(const Sheet& sheet, const Row& row, double top);

}  // namespace cantus::picture
