// Reads chorales as lists of sixteenths of four key numbers: {"train": [[[72, 67, 60, 48], …], …]}.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cantus::benchmark {

constexpr std::size_t kVoices = 4;

/// Key numbers, from soprano to bass; a silent voice has none.
using Sixteenth = std::array<std::optional<int>, kVoices>;
using Chorale = std::vector<Sixteenth>;

/// The chorales of every split. Silence is written as -1; refuses key numbers outside 0…127,
/// anything but four a sixteenth, and JSON that is nested deeper than this needs.
Result<std::map<std::string, std::vector<Chorale>>> parse_chorales(std::string_view text);

}  // namespace cantus::benchmark
