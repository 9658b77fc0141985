// The keys and values of one sequence, laid out so that attention reads them like packed weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "neural/infer/aligned_floats.h"
#include "neural/infer/transformer.h"

namespace cantus::infer {

/// Floats, or bfloat16 where `precision` is not float32; bfloat16 in pairs as in a packed matrix.
class Cache {
 public:
  Cache(const TransformerConfig& config, Precision precision);

  /// Keys of one head of one layer: a packed matrix of a row for each position.
  template <class Number>
  const Number* keys(int layer, int head) const {
    return static_cast<const Number*>(head_data(layer, head));
  }

  /// A packed matrix of a column for each position; the last lanes stay zero where 16 does not
  /// divide the width.
  template <class Number>
  const Number* values(int layer, int head) const {
    return keys<Number>(layer, head) + keys_size_;
  }

  /// Numbers from one block of values to the next.
  std::size_t value_stride() const { return value_stride_; }

  void write(int layer, int head, int position, const float* key, const float* value);

  /// The first `positions` of another cache of the same config and precision.
  void copy_from(const Cache& other, int positions);

 private:
  template <class Number>
  void write_numbers(Number* head, int position, const float* key, const float* value) const;
  void* head_data(int layer, int head);
  const void* head_data(int layer, int head) const;

  int heads_;
  int layers_;
  int head_width_;
  std::size_t number_bytes_;
  std::size_t value_stride_;
  std::size_t keys_size_;  // numbers of one head
  std::size_t head_size_;  // keys and values
  AlignedFloats data_;
};

}  // namespace cantus::infer
