// The rows of the drum lane: which General MIDI drums share one, and what it is called.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "music/score/piece.h"

namespace cantus::picture {

/// From the top: cymbals, then hi-hats, toms, snare, kick, as on a drum set.
struct DrumLane {
  std::string_view name;
  int group = 0;
};

/// The lanes that the piece's drum parts use, top first.
std::vector<DrumLane> drum_lanes(const score::Piece& piece);

/// The group of a General MIDI drum key.
int drum_group(int key);

}  // namespace cantus::picture
