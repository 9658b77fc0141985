// What all parts of a written piece share: its bars, and how finely a beat is divided.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "music/formats/musicxml/voices.h"
#include "music/score/piece.h"

namespace cantus::formats::musicxml {

struct Layout {
  std::vector<score::Tick> bars;  ///< the start of each, and the end of the last
  std::int64_t unit = 1;          ///< ticks of a division: what all lengths are multiples of

  std::size_t bar_count() const { return bars.size() - 1; }
  std::int64_t divisions(score::TickLength length) const { return length.count() / unit; }
};

/// At least one bar; fails with unsupported for more than 20,000.
Result<std::vector<score::Tick>> bars_to_write(const score::Piece& piece);

/// The largest unit that divides all bars, notes and signs.
std::int64_t unit_of(const score::Piece& piece,
                     std::span<const score::Tick> bars,
                     std::span<const VoicedPart> parts);

}  // namespace cantus::formats::musicxml
