// Fills a network's features one after another, so that none is counted by hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace cantus::touch {

class Filler {
 public:
  explicit Filler(std::span<float> to) : to_(to) { std::ranges::fill(to_, 0.0F); }

  void number(double value) { to_[at_++] = static_cast<float>(value); }
  void yes_or_no(bool yes) { number(yes ? 1.0 : 0.0); }
  void one_of(int which, int count) {
    if (which >= 0 && which < count) to_[at_ + static_cast<std::size_t>(which)] = 1.0F;
    at_ += static_cast<std::size_t>(count);
  }
  /// Room for `count` numbers to be set by place.
  float* room(int count) {
    float* first = to_.data() + at_;
    at_ += static_cast<std::size_t>(count);
    return first;
  }
  bool is_full() const { return at_ == to_.size(); }

 private:
  std::span<float> to_;
  std::size_t at_ = 0;
};

}  // namespace cantus::touch
