// Musical time: positions and lengths in ticks, 10,080 to the beat (a quarter note).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace cantus::score {

/// 2^5 * 3^2 * 5 * 7: triplets, quintuplets, septuplets and 128th notes are whole numbers.
constexpr std::int64_t kTicksPerBeat = 10080;

/// How long something lasts.
class TickLength {
 public:
  constexpr TickLength() = default;
  constexpr explicit TickLength(std::int64_t count) : count_(count) {}

  constexpr std::int64_t count() const { return count_; }
  constexpr double beats() const {
    return static_cast<double>(count_) / static_cast<double>(kTicksPerBeat);
  }

  friend constexpr auto operator<=>(TickLength, TickLength) = default;
  friend constexpr TickLength operator+(TickLength a, TickLength b) {
    return TickLength(a.count_ + b.count_);
  }
  friend constexpr TickLength operator-(TickLength a, TickLength b) {
    return TickLength(a.count_ - b.count_);
  }
  friend constexpr TickLength operator*(TickLength a, std::int64_t times) {
    return TickLength(a.count_ * times);
  }
  constexpr TickLength& operator+=(TickLength other) { return *this = *this + other; }

 private:
  std::int64_t count_ = 0;
};

/// Where something is, counted from the start of the piece.
class Tick {
 public:
  constexpr Tick() = default;
  constexpr explicit Tick(std::int64_t count) : count_(count) {}

  constexpr std::int64_t count() const { return count_; }

  friend constexpr auto operator<=>(Tick, Tick) = default;
  friend constexpr Tick operator+(Tick at, TickLength by) { return Tick(at.count_ + by.count()); }
  friend constexpr Tick operator-(Tick at, TickLength by) { return Tick(at.count_ - by.count()); }
  friend constexpr TickLength operator-(Tick to, Tick from) {
    return TickLength(to.count_ - from.count_);
  }
  constexpr Tick& operator+=(TickLength by) { return *this = *this + by; }

 private:
  std::int64_t count_ = 0;
};

/// `numerator` / `denominator` beats, exact where the denominator divides 10,080.
constexpr TickLength beats(std::int64_t numerator, std::int64_t denominator = 1) {
  return TickLength(numerator * kTicksPerBeat / denominator);
}

}  // namespace cantus::score
