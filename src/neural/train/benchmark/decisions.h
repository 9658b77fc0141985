// Yes-or-no decisions and what is known at each: the rows a DecisionNet learns from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"

namespace cantus::benchmark {

/// Lists of (feature, value), one after another.
struct FeatureLists {
  std::vector<std::uint32_t> start{0};  ///< one more than there are lists
  std::vector<std::uint32_t> feature;
  std::vector<float> value;

  void add(std::uint32_t index, float of = 1.0F) {
    feature.push_back(index);
    value.push_back(of);
  }
  void close() { start.push_back(static_cast<std::uint32_t>(feature.size())); }
  std::size_t size() const { return start.size() - 1; }
  void clear() {
    start.assign(1, 0);
    feature.clear();
    value.clear();
  }
};

/// The lists with each entry left out with probability `drop`, and the rest made up for it.
inline FeatureLists thinned(const FeatureLists& lists, float drop, Random& random) {
  FeatureLists to;
  const auto limit = static_cast<std::uint64_t>(static_cast<double>(drop) * 65536.0);
  std::uint64_t bits = 0;
  for (std::size_t list = 0; list < lists.size(); ++list) {
    for (std::uint32_t i = lists.start[list]; i < lists.start[list + 1]; ++i) {
      bits = i % 4 == 0 || bits == 0 ? random.next() : bits >> 16U;
      if ((bits & 0xFFFFU) >= limit) to.add(lists.feature[i], lists.value[i] / (1.0F - drop));
    }
    to.close();
  }
  return to;
}

/// Decisions of one moment share what is known of the moment.
struct Decisions {
  FeatureLists moments;
  FeatureLists rows;
  std::vector<std::uint32_t> moment_of;  ///< [row]
  std::vector<float> answer;             ///< [row], 0 or 1
  std::vector<float> weight;             ///< [row], of its loss in training

  std::size_t size() const { return answer.size(); }
  void clear() {
    moments.clear();
    rows.clear();
    moment_of.clear();
    answer.clear();
    weight.clear();
  }
  /// Ends the row whose features were added to `rows`, as one of the last moment closed.
  void close_row(bool yes, float of_loss) {
    rows.close();
    moment_of.push_back(static_cast<std::uint32_t>(moments.size() - 1));
    answer.push_back(yes ? 1.0F : 0.0F);
    weight.push_back(of_loss);
  }
};

/// Hands out ranges of feature numbers.
class FeatureBlocks {
 public:
  std::uint32_t take(int size) {
    const std::uint32_t first = used_;
    used_ += static_cast<std::uint32_t>(size);
    return first;
  }
  std::uint32_t used() const { return used_; }

 private:
  std::uint32_t used_ = 0;
};

}  // namespace cantus::benchmark
