// Several networks as one: stored side by side, mixed so that the likelihood stays exact.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/train/benchmark/net_file.h"
#include "neural/train/benchmark/protocol.h"

namespace cantus::benchmark {

/// Networks that are shown music in the same way.
struct Group {
  Reading reading;
  std::vector<DecisionNet> nets;
  std::vector<std::string> names;  ///< of their files, without the ending
};

/// SLUG-1.safetensors, SLUG-2.safetensors … up to the first that is not there; fails without any.
Result<std::vector<Group>> read_groups(const std::filesystem::path& models,
                                       const std::string& slug,
                                       std::int64_t features);

/// The losses [piece][frame] of the mean probability of every frame, [group][piece][frame] being
/// given, each group counting by its weight.
std::vector<FrameLosses> mixture(std::span<const std::vector<FrameLosses>> groups,
                                 std::span<const double> weights);

}  // namespace cantus::benchmark
