// Trains one network on the chorales.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "neural/train/benchmark/learning.h"

namespace cantus::benchmark {

/// As fit_rolls, in nats a note.
Result<double> fit_voices(const std::filesystem::path& data, const LearningSettings& settings);

}  // namespace cantus::benchmark
