// How much of the sounding time each pitch class has.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "music/score/piece.h"

namespace cantus::theory {

/// Beats of sounding time for each pitch class, C first.
using PitchWeights = std::array<double, 12>;

/// Of all notes that are neither drums nor graces, cut to [from, to).
PitchWeights pitch_weights(const score::Piece& piece, score::Tick from, score::Tick to);
PitchWeights pitch_weights(const score::Piece& piece);

double sum_of(const PitchWeights& weights);

}  // namespace cantus::theory
