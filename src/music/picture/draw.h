// Draws a piece as a piano roll for people: parts in colours, bars, sections, chord names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::picture {

enum class Format { png, svg, pdf };

struct DrawOptions {
  /// Of PNG and SVG, held to 400..4000; a PNG that would have more than 64 million pixels is made
  /// narrower. A PDF has landscape A4 pages.
  int width_px = 1800;
  int bars_a_row = 0;  ///< 0 chooses: 8 for a song, more for what is longer.
};

/// The bytes of the picture; the same for the same piece. Long pieces get more bars a row, so that
/// a PNG or SVG is at most seven times as high as it is wide. Fails with unsupported where an SVG
/// or PDF would hold more than 300,000 notes, and with io where Cairo does. [any thread]
Result<std::string> draw(const score::Piece& piece, Format format, const DrawOptions& options = {});

}  // namespace cantus::picture
