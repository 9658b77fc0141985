// The critic's network while it learns, in LibTorch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "neural/critic/network.h"
#include "neural/train/critic/batch.h"

namespace cantus::critic {

struct StepSettings {
  double rate = 2e-3;
  double decay = 0.01;
  double drop = 0.1;
};

class LearningNet {
 public:
  /// Random weights, or those given to begin with.
  explicit LearningNet(std::uint64_t seed);
  explicit LearningNet(const Weights& from, std::uint64_t seed);
  ~LearningNet();
  LearningNet(LearningNet&&) noexcept;

  /// One step of AdamW on the cross-entropies of all scales; returns that of whole pieces.
  double learn(const Batch& batch, const StepSettings& step);

  /// Log-odds before calibration: of each scale [window, kAspects].
  std::array<std::vector<float>, kScales> opinions(const Batch& batch);

  /// The weights, or their running average; calibration changes nothing (scale 1, shift 0).
  Weights weights() const;
  Weights average() const;

 private:
  struct Net;
  std::unique_ptr<Net> net_;
};

}  // namespace cantus::critic
