// The band's critic while it learns, in LibTorch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "neural/band_critic/network.h"
#include "neural/train/band_critic/batch.h"
#include "neural/train/critic/learning_net.h"

namespace cantus::band_critic {

using critic::StepSettings;

class LearningNet {
 public:
  /// Random weights, or those given to begin with.
  explicit LearningNet(std::uint64_t seed);
  LearningNet(const Weights& from, std::uint64_t seed);
  ~LearningNet();
  LearningNet(LearningNet&&) noexcept;

  /// One step of AdamW on the cross-entropies of both scales; returns that of whole phrases.
  double learn(const Batch& batch, const StepSettings& step);

  /// Log-odds before calibration: of each scale [row, kAspects].
  std::array<std::vector<float>, kScales> opinions(const Batch& batch);

  /// The weights, or their running average; calibration changes nothing (scale 1, shift 0).
  Weights weights() const;
  Weights average() const;

 private:
  struct Net;
  std::unique_ptr<Net> net_;
};

}  // namespace cantus::band_critic
