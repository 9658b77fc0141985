// What a network is told before it decides whether one key sounds in one frame: the frames before,
// the keys below already decided, what was recalled; all of it relative to the key.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "neural/train/benchmark/decisions.h"
#include "neural/train/benchmark/roll_context.h"

namespace cantus::benchmark {

/// How many features there are.
std::uint32_t roll_feature_count();

/// Which keys of a frame are asked about, with the weight of each: 0 leaves the key out.
using KeyWeights = std::array<float, kKeys>;

/// Adds frame t (at least 1) as one moment, and a row for each key asked about, from the lowest.
/// The piece is shown as if moved by `move` keys; nothing at t but the keys below is looked at.
void add_frame(
    const RollContext& context, std::size_t t, int move, const KeyWeights& weights, Decisions& to);

}  // namespace cantus::benchmark
