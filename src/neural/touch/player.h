// Shapes a pitched part as people do: how much louder and later than written each note is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "music/score/piece.h"
#include "neural/touch/line_shaper.h"

namespace cantus::touch {

struct LineTouch {
  double louder = 0.0;   ///< velocity steps
  double lean_ms = 0.0;  ///< later than the notes beside; negative: earlier
};

/// A touch for each note of `part`, which is one of the piece's pitched parts. They hang on
/// the seed, the part's name, role and instrument, and the notes near by (LineShaper::louder). What
/// a shaper foretells of loudness is joined by the unevenness of a hand.
std::vector<LineTouch> line_touches(const LineShaper& shaper,
                                    const score::Piece& piece,
                                    const score::Part& part,
                                    std::uint64_t seed);

}  // namespace cantus::touch
