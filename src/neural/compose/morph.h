// Walks from one phrase to another through the band's noise.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "music/score/piece.h"
#include "neural/band/network.h"

namespace cantus::compose {

struct Morph {
  int steps = 8;  ///< phrases, the two ends among them; 2 to 64
  bool strict_harmony = true;
};

/// A piece of `steps` times four bars: the first four bars of `from`, phrases between, the first
/// four bars of `to`, on the band's grid. Chords, players and key are the nearer end's, the tempo
/// changes evenly. Fails with invalid_input where a piece has no four bars of 4/4, 3/4 or 6/8, the
/// metres differ, or there are no such steps.
Result<score::Piece> morph(const band::BandNet& net,
                           const score::Piece& from,
                           const score::Piece& to,
                           const Morph& how = {});

}  // namespace cantus::compose
