// All that a training run needs to go on after it was stopped, in one safetensors file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/train/curve.h"

namespace cantus::train {

/// Draws and schedules are functions of the seed and the step, so no generator's state is kept.
struct Checkpoint {
  std::string settings;  ///< JSON: what must not change between the runs
  std::int64_t step = 0;
  std::int64_t total_steps = 0;
  double seconds = 0.0;
  std::uint64_t tokens = 0;
  double loss_sum = 0.0;  ///< since the curve's last point
  std::uint64_t loss_tokens = 0;
  Curve curve;
  std::vector<float> weights;
  std::vector<float> first_moment;
  std::vector<float> second_moment;
  std::vector<float> average;  ///< empty without averaging
};

/// DIR/checkpoint.safetensors
std::filesystem::path checkpoint_path(const std::filesystem::path& folder);

/// Replaces the folder's checkpoint in one step: a reader finds the old one or the new one.
Result<void> write_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint);

Result<Checkpoint> read_checkpoint(const std::filesystem::path& folder);

/// Removes what a killed run left half written.
void remove_leftovers(const std::filesystem::path& folder);

}  // namespace cantus::train
