// The keys and values of one sequence, laid out so that attention reads them like packed weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "neural/infer/aligned_floats.h"
#include "neural/infer/transformer.h"

namespace cantus::infer {

class Cache {
 public:
  explicit Cache(const TransformerConfig& config);

  /// Of one head of one layer: [position / 16][head_width][16].
  float* keys(int layer, int head) { return head_data(layer, head); }

  /// [head_width / 16][position][16]; the last lanes stay zero where 16 does not divide the width.
  float* values(int layer, int head) { return head_data(layer, head) + keys_size_; }

  /// Floats from one block of values to the next.
  std::size_t value_stride() const { return value_stride_; }

  void write(int layer, int head, int position, const float* key, const float* value);

  /// The first `positions` of another cache of the same config.
  void copy_from(const Cache& other, int positions);

 private:
  float* head_data(int layer, int head);

  int heads_;
  int layers_;
  int head_width_;
  std::size_t value_stride_;
  std::size_t keys_size_;  // floats of one head
  std::size_t head_size_;  // keys and values
  AlignedFloats data_;
};

}  // namespace cantus::infer
