// The drum performances of the groove collection as scores and what was played of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "neural/packed/packed.h"
#include "neural/touch/drum_score.h"

namespace cantus::performer {

struct Played {
  double velocity = 0.0;
  double late_ms = 0.0;  ///< after the hit's place on the grid
};

struct Performance {
  corpus::Split split = corpus::Split::train;
  int style = 0;
  touch::DrumScore score;
  std::vector<Played> played;  ///< by hit of the score
};

/// Puts a performance on the grid. Of two hits of one drum at one place, the louder is kept: the
/// other is the grace of a flam.
Performance performance_of(const score::Piece& piece, const score::Part& part);

/// All performances below `data`/open/groove with their published split.
Result<std::vector<Performance>> read_performances(const std::filesystem::path& data);

}  // namespace cantus::performer
