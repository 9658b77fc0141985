// The metre map of a tune from the bars that were written and what metre was asked of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "music/formats/abc/tune.h"

namespace cantus::formats::abc {

/// Music between two bar lines, in playing order.
struct PlayedBar {
  score::TickLength length;
  WrittenMetre metre;
};

/// The metre in which `length` is one bar, counted no coarser than `usual`; nothing where there is
/// none up to 64/64.
std::optional<score::Metre> metre_of(score::TickLength length, score::Metre usual);

/// Bars that are neither as long as their metre nor made whole by the next get a metre of their own
/// and a warning; a short first bar is the pickup, a short last one is left.
score::MetreMap metre_map_of(const std::vector<PlayedBar>& bars,
                             std::vector<std::string>& warnings);

}  // namespace cantus::formats::abc
