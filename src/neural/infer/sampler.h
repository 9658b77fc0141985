// Draws a token from logits under a mask, the same on every machine; and scores tokens.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace cantus::infer {

/// Applied in this order. The defaults sample from the network's own distribution.
struct Sampling {
  double temperature = 1.0;  ///< 0: always the likeliest
  int top_k = 0;             ///< keep the k likeliest; 0: all
  double top_p = 1.0;        ///< keep the fewest whose probability reaches p (Holtzman et al. 2020)
  double min_p = 0.0;  ///< keep those at least this share of the likeliest (Nguyen et al. 2024)
};

/// Which tokens may be drawn: one byte each, 0 for no. Empty: all may.
using Allowed = std::span<const std::uint8_t>;

/// Holds only room to work in: a second call allocates nothing.
class Sampler {
 public:
  /// Ties go to the lower token. Allowing nothing is the caller's bug, and checked. Logits that are
  /// not numbers count as least likely; where all are, the draw is even.
  int sample(std::span<const float> logits, Allowed allowed, const Sampling& how, Random& random);

 private:
  struct Candidate {
    int token = 0;
    double logit = 0.0;
    double weight = 0.0;  // probability times a common factor
  };
  void collect(std::span<const float> logits, Allowed allowed);
  void weigh(double temperature);
  void truncate(const Sampling& how);
  int draw(Random& random) const;

  std::vector<Candidate> candidates_;
};

/// The natural logarithm of the probability of `token` among those allowed; minus infinity where it
/// is not among them.
double log_probability(std::span<const float> logits, int token, Allowed allowed = {});

}  // namespace cantus::infer
