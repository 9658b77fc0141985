// Adam for a network of the band, with moments that go into checkpoints.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "neural/train/band/nets.h"

namespace cantus::train_band {

/// Kingma and Ba 2015; gradients are clipped to a norm of 5.
class Adam {
 public:
  Adam() = default;
  explicit Adam(const Weights& weights) : weights_(&weights) {
    for (const auto& [name, weight] : weights) {
      first_.push_back(torch::zeros_like(weight));
      second_.push_back(torch::zeros_like(weight));
    }
  }

  void step(double rate) {
    torch::NoGradGuard no_grad;
    ++steps_;
    const double fast = 1.0 - std::pow(kFirst, steps_);
    const double slow = 1.0 - std::pow(kSecond, steps_);
    double square = 0.0;
    for (const auto& [name, weight] : *weights_) {
      if (weight.grad().defined()) square += weight.grad().square().sum().item<double>();
    }
    const double scale = std::min(1.0, kClip / (std::sqrt(square) + 1e-12));
    for (std::size_t i = 0; i < weights_->size(); ++i) {
      Tensor weight = (*weights_)[i].second;
      if (!weight.grad().defined()) continue;
      const Tensor gradient = weight.grad() * scale;
      first_[i].mul_(kFirst).add_(gradient, 1.0 - kFirst);
      second_[i].mul_(kSecond).addcmul_(gradient, gradient, 1.0 - kSecond);
      weight.addcdiv_(first_[i], (second_[i] / slow).sqrt() + 1e-8, -rate / fast);
      weight.mutable_grad() = Tensor();
    }
  }

  void forget_gradients() {
    for (const auto& [name, weight] : *weights_)
      Tensor(weight).mutable_grad() = Tensor();
  }

  std::vector<Tensor>& first() { return first_; }
  std::vector<Tensor>& second() { return second_; }
  std::int64_t& steps() { return steps_; }

 private:
  static constexpr double kFirst = 0.5;
  static constexpr double kSecond = 0.99;
  static constexpr double kClip = 5.0;
  const Weights* weights_ = nullptr;
  std::vector<Tensor> first_, second_;
  std::int64_t steps_ = 0;
};

}  // namespace cantus::train_band
