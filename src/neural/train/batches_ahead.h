// Draws the next step's batch while the present one is learnt from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <future>

#include "neural/train/training_windows.h"

namespace cantus::train {

class BatchesAhead {
 public:
  /// `windows` outlives this.
  BatchesAhead(const TrainingWindows& windows, std::uint64_t seed, std::int64_t rows);

  /// The batch of a step, valid until the next call. Steps that follow each other do not wait.
  const Batch& of_step(std::uint64_t step);

  double waited_seconds() const { return waited_seconds_; }  ///< in of_step(), in all

 private:
  void begin(std::uint64_t step);

  const TrainingWindows& windows_;
  std::uint64_t seed_;
  std::int64_t rows_;
  double waited_seconds_ = 0.0;
  std::uint64_t coming_step_ = 0;
  std::array<Batch, 2> batches_;  ///< of even and of odd steps
  std::future<void> coming_;      ///< last, so that it ends before what it writes to
};

}  // namespace cantus::train
