// How fast LibTorch continues a sequence and takes training steps, for comparison.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "neural/train/model_shape.h"

namespace cantus::train {

struct StepSpeeds {
  double cached_tokens_a_second = 0.0;      ///< one token at a time, keys and values kept
  double recomputed_tokens_a_second = 0.0;  ///< the whole sequence anew for each token
  double training_tokens_a_second = 0.0;
  double largest_difference = 0.0;  ///< between the two ways' last logits
};

struct StepBenchmarkSettings {
  ModelShape shape;
  std::int64_t tokens = 256;  ///< generated; the context they end with
  std::int64_t batch = 4;     ///< rows of a training step
  std::int64_t rows = 1;
  double seconds = 5.0;  ///< at most, of training steps
  int threads = 1;
};

Result<StepSpeeds> benchmark_steps(const StepBenchmarkSettings& settings);

}  // namespace cantus::train
