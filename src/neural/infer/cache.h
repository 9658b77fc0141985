// The keys and values of one sequence, laid out so that attention reads them like packed weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "neural/infer/aligned_floats.h"
#include "neural/infer/transformer.h"

namespace cantus::infer {

/// Floats, bfloat16 or bytes with a scale for each position, as `precision` says; in the orders of
/// packed matrices.
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

  /// Of bytes: what a position's keys (first) or values are multiplied by; in whole blocks of 16.
  const float* key_scales(int layer, int head) const { return scales(layer, head); }
  const float* value_scales(int layer, int head) const {
    return scales(layer, head) + scales_size_;
  }

  /// Not where it holds bytes.
  void write(int layer, int head, int position, const float* key, const float* value);

  /// A head's keys or values in bytes, as Kernels::round_to_bytes() makes them.
  struct Bytes {
    const std::uint8_t* numbers;
    float scale;
  };
  void write(int layer, int head, int position, Bytes key, Bytes value);

  /// The first `positions` of another cache of the same config and precision.
  void copy_from(const Cache& other, int positions);

 private:
  template <class Number>
  void write_numbers(Number* head, int position, const float* key, const float* value) const;
  void* head_data(int layer, int head);
  const void* head_data(int layer, int head) const;
  const float* scales(int layer, int head) const {
    return scales_.data() + static_cast<std::size_t>(layer * heads_ + head) * 2 * scales_size_;
  }

  int heads_;
  int layers_;
  int head_width_;
  std::size_t number_bytes_;
  std::size_t value_stride_;
  std::size_t scales_size_;  // positions, in whole blocks
  std::size_t keys_size_;    // numbers of one head
  std::size_t head_size_;    // keys and values
  AlignedFloats data_;
  AlignedFloats scales_;  // [layer, head][keys or values][position]
};

}  // namespace cantus::infer
