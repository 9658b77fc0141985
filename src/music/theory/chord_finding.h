// Finds the chords of music that does not name them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/score/piece.h"

namespace cantus::theory {

struct ChordFinding {
  bool inversions = true;  ///< Name a bass note other than the root: C/E.
  /// Fewer (above 1) or more (below 1) changes of chord.
  double steadiness = 1.0;
};

/// Chords from the notes alone, on beats, each as long as it lasts; nothing where nothing sounds.
/// Qualities: major, minor, diminished, augmented, power, suspended fourth and the common sevenths.
/// The declared keys spell the roots and tell likely chords from unlikely ones; without them the
/// found key does. Transposing the piece transposes the answer.
std::vector<score::ChordSpan> find_chords(const score::Piece& piece, const ChordFinding& how = {});

}  // namespace cantus::theory
