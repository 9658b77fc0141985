// The area under the receiver operating characteristic, with an interval that respects groups.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace cantus::judge {

/// One judged row: how much it looks like ours, and what it is.
struct Scored {
  double score = 0.0;
  bool ours = false;
  std::uint32_t group = 0;
};

/// The chance that one of ours scores higher than one by people, a tie counting a half (Mann and
/// Whitney 1947). 0.5 where one side is missing.
double area_under(std::span<const Scored> rows);

struct Area {
  double value = 0.5;
  double low = 0.5;
  double high = 0.5;
};

/// The area and the interval that holds 95 % of those of 2,000 resamplings, drawn by group, since
/// rows of one piece are not independent (bootstrap; Efron 1979).
Area area_with_interval(std::span<const Scored> rows, std::uint64_t seed);

}  // namespace cantus::judge
