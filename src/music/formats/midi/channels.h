// Which channel of which port each part plays on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "music/score/piece.h"

namespace cantus::formats::midi {

struct Seat {
  std::uint8_t port = 0;
  std::uint8_t channel = 0;
  friend bool operator==(Seat, Seat) = default;
};

/// A seat for each part; two parts that share one have the same program. Drums sit on channel 9
/// (the tenth), others never do.
std::vector<Seat> seats_for(std::span<const score::Part> parts);

/// The program a part is played with: 0 to 127.
std::uint8_t program_of(const score::Part& part);

}  // namespace cantus::formats::midi
