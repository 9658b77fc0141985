// The loops of DecisionNet that LibTorch has no operator for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "neural/train/benchmark/decisions.h"

namespace cantus::benchmark::kernels {

/// out[list] = the sum over the list's features of value × table[feature]. Rows of `width`, a
/// multiple of 8.
void gather(const FeatureLists& lists, const float* table, std::int64_t width, float* out);

/// table[feature] += value × slope[list]: gather's gradient.
void scatter(const FeatureLists& lists, const float* slope, std::int64_t width, float* table);

/// to += from.
void add(float* to, const float* from, std::int64_t size);

/// x = max(x, 0), then a share `drop` becomes 0 and the rest is divided by (1 − drop).
void relu_drop(float* x, std::int64_t size, float drop, std::uint32_t seed);

/// slope = 0 where relu_drop gave 0, else slope / (1 − drop).
void relu_drop_back(const float* out, float* slope, std::int64_t size, float drop);

/// One AdamW step over all weights; empties the gradients; `average` follows the weights.
struct AdamStep {
  float rate, decay, correction1, correction2, follow;
};
void adam(const AdamStep& step,
          float* weights,
          float* gradients,
          float* first,
          float* second,
          float* average,
          std::int64_t size);

}  // namespace cantus::benchmark::kernels
