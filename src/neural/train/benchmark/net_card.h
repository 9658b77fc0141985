// The card beside a stored network: how it was trained and what it reaches.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "neural/train/benchmark/learning.h"

namespace cantus::benchmark {

/// NAME.json beside settings.out.
Result<void> write_card(const LearningSettings& settings, double valid, double seconds);

/// Adds a figure under `name` to the card of `weights`.
Result<void> add_figure(const std::filesystem::path& weights,
                        const std::string& name,
                        double figure);

}  // namespace cantus::benchmark
