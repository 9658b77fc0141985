// What people usually do next, learnt from pieces that are not judged: how surprising is a piece?
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "neural/judge/lead_line.h"
#include "neural/judge/table.h"

namespace cantus::judge {

/// How likely a symbol is after those before it: counts of all orders up to `order`, mixed by
/// Witten and Bell's rule (1991); below the lowest order every symbol of `kinds` is as likely.
class Grams {
 public:
  Grams(int order, double kinds) : order_(order), kinds_(kinds) {}

  void learn(std::span<const std::int64_t> symbols);
  /// Of each symbol: minus the logarithm of its probability, in bits.
  std::vector<double> surprise(std::span<const std::int64_t> symbols) const;

 private:
  struct Counts {
    std::map<std::int64_t, double> after;
    double all = 0.0;
  };
  using Context = std::vector<std::int64_t>;

  double probability(std::span<const std::int64_t> context, std::int64_t symbol) const;

  int order_;
  double kinds_;
  std::map<Context, Counts> counts_;
};

/// Of melodies (degrees, moves, lengths by place), of bars' rhythms and of chords.
class Habits {
 public:
  Habits();

  void learn(const LeadLine& line);
  /// For each habit the mean surprise and the one that a twentieth of the events exceed: a piece
  /// can be too usual as well as too odd.
  void add_surprise(const LeadLine& line, Sheet& sheet) const;

 private:
  std::vector<Grams> grams_;
};

}  // namespace cantus::judge
