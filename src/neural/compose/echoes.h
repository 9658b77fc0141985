// Which bars of a melody echo earlier ones, so that a section has motifs that come back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

namespace cantus::compose {

struct Plan;

/// What a bar takes over from an earlier bar of the piece: its notes, or its rhythm alone.
struct Echo {
  std::optional<int> notes;
  std::optional<int> rhythm;
};

/// One for each bar, drawn with the plan's seed as often as people do it (habits.h), inside strains
/// of eight bars and from one strain to another: nothing for bars of sections that return, for the
/// first bar and for the last.
std::vector<Echo> echoes_of(const Plan& plan);

}  // namespace cantus::compose
