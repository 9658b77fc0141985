// The keys sounding at one moment: 88 of them, the lowest is key 0 (key number 21).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace cantus::benchmark {

constexpr int kKeys = 88;
constexpr int kLowestKey = 21;

class KeySet {
 public:
  bool has(int key) const {
    return key >= 0 && key < kKeys && ((words_[word(key)] >> bit(key)) & 1U) != 0;
  }
  void add(int key) { words_[word(key)] |= std::uint64_t{1} << bit(key); }
  void flip(int key) { words_[word(key)] ^= std::uint64_t{1} << bit(key); }
  int size() const { return std::popcount(words_[0]) + std::popcount(words_[1]); }
  bool empty() const { return (words_[0] | words_[1]) == 0; }

  /// Calls `visit(key)` from the lowest key to the highest.
  template <class Visit>
  void each(const Visit& visit) const {
    for (int w = 0; w < 2; ++w) {
      for (std::uint64_t rest = words_[static_cast<std::size_t>(w)]; rest != 0; rest &= rest - 1)
        visit(w * 64 + std::countr_zero(rest));
    }
  }

  /// Absent keys give -1 and kKeys, so that both compare as they should.
  int lowest() const {
    if (words_[0] != 0) return std::countr_zero(words_[0]);
    return words_[1] != 0 ? 64 + std::countr_zero(words_[1]) : kKeys;
  }
  int highest() const {
    if (words_[1] != 0) return 127 - std::countl_zero(words_[1]);
    return words_[0] != 0 ? 63 - std::countl_zero(words_[0]) : -1;
  }

  /// All keys moved up by `keys` (down where negative); those that leave the piano are dropped.
  KeySet moved(int keys) const {
    KeySet to;
    each([&](int key) {
      if (key + keys >= 0 && key + keys < kKeys) to.add(key + keys);
    });
    return to;
  }

  /// How many keys both sets have.
  int common(const KeySet& other) const {
    return std::popcount(words_[0] & other.words_[0]) + std::popcount(words_[1] & other.words_[1]);
  }

  const std::array<std::uint64_t, 2>& words() const { return words_; }
  bool operator==(const KeySet&) const = default;

 private:
  static std::size_t word(int key) { return static_cast<std::size_t>(key) >> 6U; }
  static unsigned bit(int key) { return static_cast<unsigned>(key) & 63U; }
  std::array<std::uint64_t, 2> words_{};
};

}  // namespace cantus::benchmark
