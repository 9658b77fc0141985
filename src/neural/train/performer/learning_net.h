// The networks of touch while they learn, in LibTorch: two hidden layers, and for each target a
// median and a spread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "neural/touch/player_net.h"
#include "neural/touch/touch_net.h"

namespace cantus::performer {

/// Both networks have two targets: velocity, and lateness in ms.
constexpr int kTargets = 2;

struct Batch {
  std::vector<float> features;  ///< [note, features]
  std::vector<float> played;    ///< [note, kTargets]; a target that is not a number teaches nothing
  std::size_t size() const { return played.size() / kTargets; }
};

struct LearningShape {
  std::int64_t features;
  std::int64_t hidden;
  double velocity_centre;  ///< outputs are in `velocity_unit` from here
  double velocity_unit;
};
constexpr LearningShape kDrummerShape = {touch::kFeatures, touch::kHidden, 64.0, 32.0};
constexpr LearningShape kPlayerShape = {touch::kLineFeatures, touch::kPlayerHidden, 0.0, 16.0};

/// As in TouchWeights and PlayerWeights.
struct Layers {
  std::vector<float> first, first_bias, second, second_bias, out, out_bias;
};

/// Shares and centres are zero.
touch::TouchWeights drummer_weights(Layers layers);
touch::PlayerWeights player_weights(Layers layers);

class LearningNet {
 public:
  LearningNet(const LearningShape& shape, std::uint64_t seed);
  ~LearningNet();
  LearningNet(LearningNet&&) noexcept;

  /// One step of AdamW; returns the mean loss: the Laplace negative log-likelihoods of velocity and
  /// lateness added, constants left out.
  double learn(const Batch& batch, double rate, double decay, double drop);

  /// [note, 2 * kTargets] for rows of features.
  std::vector<float> outputs(std::span<const float> features);

  /// The weights, or their running average.
  Layers weights() const;
  Layers average() const;

 private:
  struct Network;
  std::unique_ptr<Network> network_;
};

}  // namespace cantus::performer
