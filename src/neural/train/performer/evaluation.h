// How far predictions of touch are from what drummers played, beside two plain baselines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "neural/touch/touch_net.h"
#include "neural/train/performer/performances.h"

namespace cantus::performer {

struct Errors {
  std::size_t hits = 0;
  double velocity = 0.0;       ///< mean absolute error, of 127
  double late_ms = 0.0;        ///< mean absolute error
  double velocity_nats = 0.0;  ///< mean negative log-likelihood, Laplace density
  double late_nats = 0.0;      ///< of milliseconds
};

struct Row {
  std::string name;
  Errors errors;
};

using Predict = std::function<touch::Expected(const Performance&, std::size_t hit)>;

Errors errors_of(std::span<const Performance> performances,
                 corpus::Split split,
                 const Predict& predict);

/// The median of the training hits, whatever the hit.
Predict constant(std::span<const Performance> performances);

/// The median of the training hits of the same drum at the same place in the bar; of the drum where
/// there are fewer than ten.
Predict per_position(std::span<const Performance> performances);

/// The middle of the hit's written band of velocity; lateness as `otherwise`.
Predict band_middle(Predict otherwise);

/// The network; `told_style` and `told_dynamics` say what it is shown beside the pattern.
Predict network(const touch::TouchNet& net, bool told_style, bool told_dynamics);

/// Constant, per position, and the network shown the pattern alone and the style; then what knows
/// the written bands: their middles, and the network.
std::vector<Row> compare(const touch::TouchNet& net,
                         std::span<const Performance> performances,
                         corpus::Split split);

}  // namespace cantus::performer
