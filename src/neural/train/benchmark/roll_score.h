// The loss of piano rolls under networks that decide key after key: an exact joint likelihood.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "neural/train/benchmark/decision_net.h"
#include "neural/train/benchmark/protocol.h"
#include "neural/train/benchmark/roll_context.h"

namespace cantus::benchmark {

/// The keys turned round, the lowest becoming the highest: so that a network which decides from
/// below decides from above.
Roll turned(const Roll& roll);

/// The losses of all 88 keys of frame t, from the lowest; of several networks, their mean logit.
std::array<double, kKeys> key_losses(std::span<DecisionNet> nets,
                                     const RollContext& context,
                                     std::size_t t);

/// The losses under each network alone, then under their mean logit.
std::vector<FrameLosses> losses_of_each(std::span<DecisionNet> nets, const RollContext& context);

/// The losses under the mean logit.
FrameLosses frame_losses(std::span<DecisionNet> nets, const RollContext& context);

}  // namespace cantus::benchmark
