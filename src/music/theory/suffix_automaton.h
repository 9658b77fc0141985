// Every run of symbols heard so far, found in the time it takes to read it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace cantus::theory {

/// Blumer et al., "The smallest automaton recognizing the subwords of a text" (1985), built as the
/// text grows. Memory grows with the text: at most two states a symbol.
class SuffixAutomaton {
 public:
  SuffixAutomaton() : states_(1) {}

  void add(std::int64_t symbol);

  /// How many of the first symbols of `text` were heard before in this order.
  std::size_t longest_start(std::span<const std::int64_t> text) const;

 private:
  struct State {
    std::size_t length = 0;
    std::ptrdiff_t link = -1;
    std::map<std::int64_t, std::size_t> next;
  };
  std::vector<State> states_;
  std::size_t last_ = 0;
};

}  // namespace cantus::theory
