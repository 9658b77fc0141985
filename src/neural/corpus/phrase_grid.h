// Puts music on the steps of a roll that sixteenths and eighth triplets use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "music/score/piece.h"

namespace cantus::corpus {

/// Onsets of the twelve steps of a beat (from the start of the bar) that are kept: straight and
/// swung eighths, sixteenths, triplets.
constexpr std::array<int, 7> kGridOnsets = {0, 3, 4, 6, 8, 9, 12};
/// Lengths in steps.
constexpr std::array<int, 16> kGridLengths = {1,  2,  3,  4,  5,  6,  8,  9,
                                              12, 16, 18, 24, 36, 48, 96, 192};

/// Every note to the nearest of those onsets and lengths. What is struck too fast for the grid is
/// thinned: of notes of one part that come to one place, those more than a step away from the one
/// nearest to it go. Grace notes go.
score::Piece on_grid(const score::Piece& piece);

/// How far onsets lie from the grid, in steps: 0 for a sequencer, about 0.58 for music that keeps
/// another time.
double distance_from_grid(const score::Piece& piece);

/// The longest grid length that is not longer; at least one.
int grid_length_within(int steps);

}  // namespace cantus::corpus
