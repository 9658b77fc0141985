// Trains one network on one data set of piano rolls.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "neural/train/benchmark/datasets.h"
#include "neural/train/benchmark/learning.h"

namespace cantus::benchmark {

struct RollFitSettings {
  RollSet set = RollSet::jsb;
  LearningSettings learning;
};

/// Keeps the averaged weights that are best on validation in `settings.learning.out`. Prints a line
/// whenever it has looked. Returns the best validation figure, of the frames looked at.
Result<double> fit_rolls(const std::filesystem::path& data, const RollFitSettings& settings);

}  // namespace cantus::benchmark
