// Exact moments: whole ticks and a fraction of one, so that odd tuplets add up without drift.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <numeric>

namespace cantus::formats::humdrum {

/// A position or a length. The fraction is exact while its denominator stays below 2^31 (every
/// tuplet in use does, as bars end on whole ticks); beyond that it is rounded to 2^-20 of a tick.
class Moment {
 public:
  constexpr Moment() = default;
  constexpr explicit Moment(std::int64_t ticks) : ticks_(ticks) {}
  /// `denominator` is from 1 to 2^30, `numerator` is not negative.
  constexpr Moment(std::int64_t numerator, std::int64_t denominator)
      : ticks_(numerator / denominator), over_(numerator % denominator), parts_(denominator) {
    reduce();
  }

  constexpr std::int64_t rounded() const { return ticks_ + (2 * over_ >= parts_ ? 1 : 0); }

  friend constexpr Moment operator+(Moment a, Moment b) {
    Moment sum;
    const std::int64_t over = a.over_ * b.parts_ + b.over_ * a.parts_;
    const std::int64_t parts = a.parts_ * b.parts_;
    sum.ticks_ = a.ticks_ + b.ticks_ + over / parts;
    sum.over_ = over % parts;
    sum.parts_ = parts;
    sum.reduce();
    return sum;
  }
  friend constexpr std::strong_ordering operator<=>(Moment a, Moment b) {
    if (a.ticks_ != b.ticks_) return a.ticks_ <=> b.ticks_;
    return a.over_ * b.parts_ <=> b.over_ * a.parts_;
  }
  friend constexpr bool operator==(Moment a, Moment b) { return (a <=> b) == 0; }

 private:
  constexpr void reduce() {
    const std::int64_t common = std::gcd(over_, parts_);
    over_ /= common;
    parts_ /= common;
    if (parts_ < (std::int64_t{1} << 31)) return;
    constexpr std::int64_t kCoarse = std::int64_t{1} << 20;
    over_ = over_ / (parts_ / kCoarse);
    parts_ = kCoarse;
    if (over_ >= kCoarse) over_ = kCoarse - 1;
  }

  std::int64_t ticks_ = 0;
  std::int64_t over_ = 0;  // of parts_; below it
  std::int64_t parts_ = 1;
};

}  // namespace cantus::formats::humdrum
