// Ridge regression (Hoerl and Kennard 1970) from sums, solved by Cholesky's method.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace cantus::performer {

/// Weighted sums of products of features, and of features with the target, about their means.
class Ridge {
 public:
  explicit Ridge(std::size_t features);

  void add(std::span<const double> features, double target, double weight);

  /// What features times most nearly give the target where squares of weights cost `penalty` a unit
  /// of added weight. All 0 where nothing was added.
  std::vector<double> solve(double penalty) const;

 private:
  std::size_t features_;
  double weight_ = 0.0;
  std::vector<double> products_;  // [feature, feature], the lower half
  std::vector<double> with_target_;
};

}  // namespace cantus::performer
