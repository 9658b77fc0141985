// n-gram models of tokens: what a network has to beat.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace cantus::train {

/// Interpolated Kneser-Ney with one discount an order (Chen and Goodman 1999), over a uniform
/// distribution. Before a sequence's first token stands a begin token as often as needed.
class KneserNey {
 public:
  static constexpr std::uint32_t kLargestVocabulary = 4095;
  static constexpr int kHighestOrder = 5;

  /// Refuses a vocabulary above kLargestVocabulary and an order outside 1 to 5.
  static Result<KneserNey> train(std::span<const std::span<const std::uint16_t>> sequences,
                                 std::uint32_t vocabulary,
                                 int order);

  /// P(tokens[at] | the tokens before it). The probabilities of all tokens add up to one.
  double probability(std::span<const std::uint16_t> tokens, std::size_t at) const;

 private:
  using Gram = std::uint64_t;  ///< twelve bits a token, the last one lowest

  struct Context {
    Gram gram = 0;
    double total = 0.0;
    double types = 0.0;
  };
  /// The grams of one order with their counts (continuation counts below the highest order).
  struct Order {
    std::vector<Gram> grams;  ///< ascending
    std::vector<std::uint32_t> counts;
    std::vector<Context> contexts;  ///< ascending
    double discount = 0.0;
  };
  static Order count(std::vector<Gram>& grams);
  Gram gram_at(std::span<const std::uint16_t> tokens, std::size_t at) const;

  std::uint32_t vocabulary_ = 0;
  std::vector<Order> orders_;  ///< [order - 1]
};

/// Relative frequencies with one added to each count.
std::vector<double> unigram(std::span<const std::span<const std::uint16_t>> sequences,
                            std::uint32_t vocabulary);

}  // namespace cantus::train
