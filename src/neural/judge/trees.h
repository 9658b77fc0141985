// Gradient-boosted decision trees for two classes, small and exact.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/judge/table.h"

namespace cantus::judge {

/// Fixed once for every comparison, not tuned to any.
struct TreeSettings {
  int trees = 150;
  int depth = 3;
  double rate = 0.08;
  double row_share = 0.7;      ///< of a tree, drawn anew
  double feature_share = 0.3;  ///< of a tree, drawn anew
  double fewest = 1.5;         ///< least curvature (rows times p (1 - p)) in a leaf
  double shrink = 2.0;         ///< added to a leaf's curvature: small leaves say little
  std::uint64_t seed = 1;
};

/// Friedman, "Greedy function approximation: a gradient boosting machine" (2001), with the second
/// order of Chen and Guestrin (2016). Every threshold between two values is tried.
class BoostedTrees {
 public:
  /// Both sides count the same, however many rows each has.
  static BoostedTrees fit(std::span<const Row* const> rows, const TreeSettings& settings = {});

  /// Logarithm of the odds that a row is ours.
  double score(std::span<const double> values) const;
  /// How much each feature's splits lowered the training loss, of all; they sum to 1, or are all 0.
  const std::vector<double>& gains() const { return gains_; }

 private:
  struct Node {
    int feature = -1;  ///< -1 for a leaf
    double threshold = 0.0;
    int below = 0;  ///< the node for values up to the threshold; the next one is for those above
    double value = 0.0;
  };
  using Tree = std::vector<Node>;
  friend class TreeGrower;

  std::vector<Tree> trees_;
  std::vector<double> gains_;
};

}  // namespace cantus::judge
