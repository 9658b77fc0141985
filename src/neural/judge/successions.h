// What follows what, counted: how much of the next is open once the one before is known.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "neural/judge/table.h"

namespace cantus::judge {

class Successions {
 public:
  void count(int before, int after) {
    ++pairs_[{before, after}];
    ++firsts_[before];
  }

  double bits_of_first() const { return entropy_of(values_of(firsts_)); }
  /// Bits of a pair less those of its first.
  double bits_of_next() const { return entropy_of(values_of(pairs_)) - bits_of_first(); }

 private:
  template <class Counts>
  static std::vector<double> values_of(const Counts& counts) {
    std::vector<double> values;
    for (const auto& [what, times] : counts)
      values.push_back(times);
    return values;
  }

  std::map<std::pair<int, int>, double> pairs_;
  std::map<int, double> firsts_;
};

}  // namespace cantus::judge
