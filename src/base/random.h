// Seeded random numbers that are the same on every machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace cantus {

/// SplitMix64 (Steele, Lea and Flood 2014). Pass it in; there is no global one.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();

  /// In [0, 1), a multiple of 2^-53.
  double uniform();

  /// In [0, bound); bound 0 gives 0. Lemire's multiply-shift, biased by less than bound / 2^64.
  std::uint64_t below(std::uint64_t bound);

  /// Near enough to a normal variable for timing and touch: twelve uniforms (Irwin-Hall), mean 0,
  /// deviation 1, never beyond 6. Uses no libm, so its bits are the same everywhere.
  double normal();

  /// An independent stream named after its use, so that one part's draws do not move another's.
  Random fork(std::string_view name) const;

 private:
  std::uint64_t state_;
};

/// FNV-1a, 64 bits: stable names for streams and splits. Not for secrets.
std::uint64_t hash_of(std::string_view bytes);

}  // namespace cantus
