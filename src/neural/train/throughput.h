// How much of a machine's matrix rate training reaches, and how long it waits for data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "neural/train/fit_settings.h"

namespace cantus::train {

/// Floating-point operations a second, medians of three interleaved rounds.
struct Throughput {
  double float_rate = 0.0;    ///< of products of square matrices of float32
  double bfloat_rate = 0.0;   ///< of bfloat16
  double trained_rate = 0.0;  ///< of training: 6 a weight and token, and those of attention
  double tokens_a_second = 0.0;
  double data_share = 0.0;  ///< of the time of a step, spent waiting for its batch
  std::int64_t weights = 0;
};

/// Operations a token takes in training: 6 a weight (Kaplan et al. 2020), and 6 a layer, position
/// seen and number of its width for causal attention.
double operations_a_token(const ModelShape& shape);

/// Trains on the corpus of the settings for about `seconds` as fit() does, and writes nothing.
Result<Throughput> measure_throughput(const FitSettings& settings, double seconds);

}  // namespace cantus::train
