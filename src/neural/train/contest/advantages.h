// How much better than its like each composed piece is: what a policy gradient is weighted with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace cantus::contest {

/// A composed piece as the critic heard it.
struct Heard {
  int group = 0;  ///< pieces that were asked for alike
  double score = 0.0;
};

/// The score less the mean of its group, in deviations of that group: each group's sum is nought.
/// Nought in groups whose scores are all the same.
std::vector<double> advantages(std::span<const Heard> pieces);

/// 1 for the best `share` of each group, at least one piece of each, the earlier of equals; 0 for
/// the others: what is learnt from is filtered, nothing is unlearnt.
std::vector<double> best_of(std::span<const Heard> pieces, double share);

}  // namespace cantus::contest
