// How losses of frames become the figures of the benchmark: nats a frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "neural/train/benchmark/datasets.h"

namespace cantus::benchmark {

/// The losses of one piece: frame t's at t - 1, since the first frame is not scored.
using FrameLosses = std::vector<double>;

struct Figures {
  double nats_a_frame = 0.0;    ///< the sum of all losses over the number of scored frames
  double mean_of_pieces = 0.0;  ///< the mean over pieces of each one's nats a frame
  std::size_t frames = 0;       ///< scored
};

Figures figures_of(std::span<const FrameLosses> pieces);

/// The self-test: each key sounds as often as it does in `train`, whatever went before.
std::vector<FrameLosses> marginal_losses(std::span<const Roll> train, std::span<const Roll> scored);

}  // namespace cantus::benchmark
