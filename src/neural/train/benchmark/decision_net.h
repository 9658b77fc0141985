// A network for yes-or-no decisions: a table row a feature, summed; two hidden layers; one logit.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/train/benchmark/decisions.h"

namespace cantus::benchmark {

struct NetShape {
  std::int64_t features = 0;
  std::int64_t first = 192;  ///< a multiple of 8
  std::int64_t second = 96;
  std::int64_t third = 32;
  bool operator==(const NetShape&) const = default;

  std::int64_t table_width() const { return first + 8; }  ///< the first of the eight: a logit
  std::int64_t weights() const {
    return features * table_width() + (first + 1) * second + (second + 1) * third + third;
  }
};

struct LearningStep {
  double rate = 1e-3;
  double decay = 0.0;    ///< of all weights, times the rate
  double average = 0.0;  ///< how much of the average is kept
  float drop = 0.0F;     ///< share of hidden values dropped
  float drop_in = 0.0F;  ///< share of features not seen
  std::uint64_t seed = 0;
};

class DecisionNet {
 public:
  DecisionNet(const NetShape& shape, std::uint64_t seed);
  DecisionNet(const NetShape& shape, std::vector<float> weights);

  const NetShape& shape() const { return shape_; }
  std::span<const float> weights() const { return weights_; }
  std::span<const float> average() const { return average_; }

  /// The logit of every row.
  std::vector<float> logits(const Decisions& rows);

  /// One step of AdamW on the weighted loss divided by `moments`. Returns the weighted loss.
  /// With `drop_in`, `rows` loses the features that were not seen.
  double learn(Decisions& rows, const LearningStep& step);

 private:
  struct Parts;  // where each matrix begins
  Parts parts(std::vector<float>& of) const;
  void forward(const Decisions& rows, float drop, std::uint64_t seed);
  void backward(const Decisions& rows, std::span<const float> slope, float drop);

  NetShape shape_;
  std::vector<float> weights_;
  std::vector<float> gradients_;
  std::vector<float> moment1_;
  std::vector<float> moment2_;
  std::vector<float> average_;
  std::int64_t steps_ = 0;
  // of the last batch: [row, width]
  std::vector<float> z1_, a1_, a2_, a3_, logits_, of_moments_;
};

/// The logits of every row under each network, then their mean.
std::vector<std::vector<float>> logits_of_each(std::span<DecisionNet> nets, const Decisions& rows);

/// −log of the probability the logit gives the answer.
double loss_of(float logit, bool yes);

}  // namespace cantus::benchmark
