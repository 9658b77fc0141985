// The drummer's network while it learns, in LibTorch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "neural/touch/touch_net.h"

namespace cantus::performer {

struct Batch {
  std::vector<float> features;  ///< [hit, touch::kFeatures]
  std::vector<float> played;    ///< [hit, 2]: velocity, lateness in ms
  std::size_t size() const { return played.size() / 2; }
};

class LearningNet {
 public:
  explicit LearningNet(std::uint64_t seed);
  ~LearningNet();
  LearningNet(LearningNet&&) noexcept;

  /// One step of AdamW; returns the mean loss: the Laplace negative log-likelihoods of velocity and
  /// lateness added, constants left out.
  double learn(const Batch& batch, double rate, double decay, double drop);

  /// [hit, touch::kOutputs] for rows of touch::kFeatures.
  std::vector<float> outputs(std::span<const float> features);

  /// The weights, or their running average; shares and centres are zero.
  touch::TouchWeights weights() const;
  touch::TouchWeights average() const;

 private:
  struct Network;
  std::unique_ptr<Network> network_;
};

}  // namespace cantus::performer
