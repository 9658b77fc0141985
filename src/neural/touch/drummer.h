// Plays a drum part as drummers do: how much louder and later than written each note is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "music/score/piece.h"
#include "neural/touch/touch_net.h"

namespace cantus::touch {

/// A note's deviation from the page.
struct NoteTouch {
  double louder = 0.0;    ///< velocity steps
  double later_ms = 0.0;  ///< negative: earlier
};

struct DrummerOptions {
  std::uint64_t seed = 0;
  int style = 0;  ///< as tokens::styles() counts; 0 is any
};

/// A touch for each note of `part`, which is one of the piece's drum parts. Deviations hang on the
/// seed, the part's name and the note's neighbourhood: the bar before, its own and the bar after.
/// Where that neighbourhood is written at one velocity the drummer brings the dynamics; where it
/// has dynamics they are kept, and the touch is what varies within a written band.
std::vector<NoteTouch> touches_of(const TouchNet& net,
                                  const score::Piece& piece,
                                  const score::Part& part,
                                  const DrummerOptions& options);

}  // namespace cantus::touch
