// The order in which the written bars are played: repeats, endings, the parts of P:, and the
// sections that come of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "music/formats/abc/tune.h"

namespace cantus::formats::abc {

/// Written music from `from` up to `to`, played once.
struct Stretch {
  Grains from = 0;
  Grains to = 0;
  bool starts_section = false;
  std::string section = {};  ///< Its name, where it starts one.
};

/// All places where a bar line, repeat or ending stands in any voice, each once, sorted.
std::vector<BarMark> merged_marks(const std::vector<Voice>& voices);

/// Fails where the order is longer than a tune may be.
Result<std::vector<Stretch>> playing_order(const Tune& tune, const std::vector<BarMark>& marks);

}  // namespace cantus::formats::abc
