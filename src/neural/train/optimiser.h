// AdamW on all weights of a network at once, with clipping and an optional running average.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

#include "neural/train/network.h"

namespace cantus::train {

struct OptimiserSettings {
  double weight_decay = 0.1;  ///< of matrices; gains do not decay
  double beta1 = 0.9;
  double beta2 = 0.98;
  double clip = 1.0;     ///< largest norm of the gradient
  double average = 0.0;  ///< how much of the average is kept each step; 0 for none
};

/// The rate of step `step` (from 0) of `total`: a straight line up, then half a cosine down to
/// nearly nothing.
double rate_at(double peak, std::int64_t step, std::int64_t warmup, std::int64_t total);

class Optimiser {
 public:
  Optimiser(Network& network, const OptimiserSettings& settings);

  /// Changes the weights by the gradients and empties these. Returns the gradient's norm before
  /// clipping. `step` counts from 0.
  double step(double rate, std::int64_t step);

  at::Tensor& first_moment() { return first_; }
  at::Tensor& second_moment() { return second_; }
  at::Tensor& average() { return average_; }  ///< undefined without averaging

 private:
  void step_on_cpu(double rate, double gradient_scale, std::int64_t step);
  void step_anywhere(double rate, double gradient_scale, std::int64_t step);

  Network& network_;
  OptimiserSettings settings_;
  at::Tensor first_;
  at::Tensor second_;
  at::Tensor average_;
};

}  // namespace cantus::train
