// Logistic regression with a penalty on large weights: the plain judge beside the trees.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "neural/judge/table.h"

namespace cantus::judge {

class Logistic {
 public:
  /// Features are standardised by these rows and held to four deviations; both sides count the
  /// same. `penalty` is half the weight of the squared weights against the summed loss of the rows.
  /// Newton's method, to the one minimum there is.
  static Logistic fit(std::span<const Row* const> rows, double penalty = 10.0);

  /// Logarithm of the odds that a row is ours.
  double score(std::span<const double> values) const;
  /// Per deviation of each feature.
  std::span<const double> weights() const { return {weights_.data(), means_.size()}; }

 private:
  std::vector<double> standardised(std::span<const double> values) const;

  std::vector<double> means_;
  std::vector<double> deviations_;
  std::vector<double> weights_;  ///< the constant last
};

}  // namespace cantus::judge
