// A piece with everything the features of its frames need, computed once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "neural/train/benchmark/recall.h"

namespace cantus::benchmark {

constexpr int kRecallSets = 3;  ///< in the piece, in the piece moved, in the training pieces

/// What has happened before a frame.
struct Before {
  std::array<std::uint8_t, kKeys> state_length{};  ///< frames since the key began or stopped
  std::array<std::uint8_t, kKeys> share{};         ///< 255 × how often it sounded so far
  std::array<std::uint8_t, kKeys> share_lately{};  ///< the same of about the last 32 frames
  std::array<float, 12> classes{};                 ///< keys modulo 12, share of all notes so far
  std::array<float, 12> classes_lately{};
  std::array<std::uint8_t, kRecallSets> hits{};  ///< 0…5: how well each recall did lately
  std::uint8_t low = kKeys;                      ///< of all notes so far
  std::uint8_t high = 0;
  std::uint8_t unchanged = 0;  ///< frames since the last change
};

struct RollContext {
  Roll roll;
  std::vector<Before> before;  ///< [frame]
  std::array<RecalledFrames, kRecallSets> recalled;
};

/// `own` is the piece's index where it is a training piece.
RollContext context_of(const Roll& roll, const TrainingMemory& memory, std::int64_t own = -1);

}  // namespace cantus::benchmark
