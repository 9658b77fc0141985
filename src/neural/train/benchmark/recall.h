// What followed when the music last went as it goes now: earlier in the piece, at the same pitch or
// moved, and in the training pieces. Every prediction for a frame hangs on earlier frames alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "neural/train/benchmark/datasets.h"

namespace cantus::benchmark {

/// One set of keys that followed, and how alike what went before was.
struct Recalled {
  KeySet next;
  float alike = 0.0F;           ///< the best place's: 0 to kMostAlike
  std::array<float, 2> mass{};  ///< summed over the places, by a mild and by a sharp weighing
};

constexpr int kRecalled = 8;     ///< at most this many a frame, heaviest first
constexpr float kForget = 0.8F;  ///< what a frame one further back counts
constexpr float kMostAlike = 1.0F / (1.0F - kForget);

/// [frame] of one piece; the masses of a frame add up to one, or the list is empty.
using RecalledFrames = std::vector<std::vector<Recalled>>;

/// Two sets of keys: 1 when equal, 0 when they share none.
float alike(const KeySet& a, const KeySet& b);

/// Places earlier in the piece, its keys moved by any of `moves`.
RecalledFrames recall_within(const Roll& roll, std::span<const int> moves);

/// Places in other pieces, at any transposition, found by their last 8, 4, 2 and 1 frames.
class TrainingMemory {
 public:
  explicit TrainingMemory(std::span<const Roll> train);

  /// `own` is the piece's index where it is one of the training pieces: it is left out.
  RecalledFrames recall(const Roll& roll, std::int64_t own = -1) const;

 private:
  struct Place {
    std::uint32_t piece;
    std::uint32_t frame;
  };
  std::span<const Roll> train_;
  std::unordered_map<std::uint64_t, std::vector<Place>> places_;
};

}  // namespace cantus::benchmark
