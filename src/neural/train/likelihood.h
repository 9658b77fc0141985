// How likely a network finds scored windows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "neural/train/network.h"
#include "neural/train/windows.h"

namespace cantus::train {

/// Calls `take(sequence, nats)` for every scored token.
void each_loss(Network& network,
               const Batch& batch,
               std::int64_t rows,
               at::Device device,
               const std::function<void(std::uint32_t sequence, double nats)>& take);

}  // namespace cantus::train
