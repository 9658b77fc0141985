#include "music/theory/suffix_automaton.h"

#include <utility>

namespace cantus::theory {

void SuffixAutomaton::add(std::int64_t symbol) {
  const std::size_t added = states_.size();
  states_.push_back({states_[last_].length + 1, 0, {}});
  auto at = static_cast<std::ptrdiff_t>(last_);
  const auto state = [&](std::ptrdiff_t index) -> State& {
    return states_[static_cast<std::size_t>(index)];
  };
  while (at >= 0 && !state(at).next.contains(symbol)) {
    state(at).next[symbol] = added;
    at = state(at).link;
  }
  last_ = added;
  if (at < 0) return;
  const std::size_t to = state(at).next[symbol];
  if (states_[to].length == state(at).length + 1) {
    states_[added].link = static_cast<std::ptrdiff_t>(to);
    return;
  }
  const std::size_t copy = states_.size();
  State copied = states_[to];
  copied.length = state(at).length + 1;
  states_.push_back(std::move(copied));
  while (at >= 0) {
    const auto next = state(at).next.find(symbol);
    if (next == state(at).next.end() || next->second != to) break;
    next->second = copy;
    at = state(at).link;
  }
  states_[to].link = static_cast<std::ptrdiff_t>(copy);
  states_[added].link = static_cast<std::ptrdiff_t>(copy);
}

std::size_t SuffixAutomaton::longest_start(std::span<const std::int64_t> text) const {
  std::size_t state = 0;
  std::size_t length = 0;
  for (const std::int64_t symbol : text) {
    const auto next = states_[state].next.find(symbol);
    if (next == states_[state].next.end()) break;
    state = next->second;
    ++length;
  }
  return length;
}

}  // namespace cantus::theory
