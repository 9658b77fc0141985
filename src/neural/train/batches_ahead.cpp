#include "neural/train/batches_ahead.h"

#include <chrono>

namespace cantus::train {

BatchesAhead::BatchesAhead(const TrainingWindows& windows, std::uint64_t seed, std::int64_t rows)
    : windows_(windows), seed_(seed), rows_(rows) {}

void BatchesAhead::begin(std::uint64_t step) {
  coming_step_ = step;
  coming_ = std::async(std::launch::async,
                       [this, step] { windows_.draw(seed_, step, rows_, batches_[step % 2]); });
}

const Batch& BatchesAhead::of_step(std::uint64_t step) {
  const auto start = std::chrono::steady_clock::now();
  if (coming_.valid() && coming_step_ != step) coming_.get();
  if (!coming_.valid()) begin(step);
  coming_.get();
  begin(step + 1);
  waited_seconds_ +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return batches_[step % 2];
}

}  // namespace cantus::train
