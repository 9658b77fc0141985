// Makes a critic's opinions log-odds, and says how good they are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <utility>

namespace cantus::critic {

/// One opinion's log-odds and what it should say, for one scale and aspect.
struct Said {
  double odds;
  bool good;
};

/// Platt's scaling (1999) by Newton's method, good and spoiled ones weighing one half each: what
/// log-odds are multiplied by, and what is added.
std::pair<double, double> platt(std::span<const Said> said);

/// Cross-entropy of an opinion, good and spoiled ones weighing one half each.
double nats(std::span<const Said> said);

/// Rises over the first hundred steps, then falls as a cosine.
double rate_at(double peak, int step, int steps);

}  // namespace cantus::critic
