// A matrix laid out for multiplication: sixteen rows side by side, one column after another.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace cantus::infer {

constexpr int kLanes = 16;  ///< rows of a block; floats of one virtual vector on every machine

constexpr int blocks_for(int rows) {
  return (rows + kLanes - 1) / kLanes;
}
constexpr int padded(int rows) {
  return blocks_for(rows) * kLanes;
}

/// Owns nothing: a view of `blocks_for(rows)` blocks of [depth][kLanes]. Rows beyond the last are
/// zero.
struct PackedMatrix {
  const float* data = nullptr;  ///< on a cache line
  int rows = 0;
  int depth = 0;

  int blocks() const { return blocks_for(rows); }
  static std::size_t size(int rows, int depth) {
    return static_cast<std::size_t>(padded(rows)) * static_cast<std::size_t>(depth);
  }
};

/// `row_major` is [rows, depth]; `out` has PackedMatrix::size(rows, depth) floats, all zero.
PackedMatrix pack(std::span<const float> row_major, int rows, int depth, float* out);

/// Row `row` into `out`, `depth` floats.
void unpack_row(const PackedMatrix& matrix, int row, float* out);

}  // namespace cantus::infer
