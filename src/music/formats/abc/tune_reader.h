// Reads the lines of one tune: its head, then its music, fields and directives voice by voice.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "music/formats/abc/tune.h"

namespace cantus::formats::abc {

struct Line {
  std::string_view text;
  int number = 0;  ///< in the file, from 1
};

/// `book` holds the fields before the first tune, which are defaults. Fails with a sentence that
/// names the line.
Result<Tune> read_tune(const std::vector<Line>& book, const std::vector<Line>& lines);

}  // namespace cantus::formats::abc
