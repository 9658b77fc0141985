// A matrix laid out for multiplication: sixteen rows side by side, one column after another.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "neural/infer/precision.h"
#include "neural/infer/short_floats.h"

namespace cantus::infer {

constexpr int kLanes = 16;  ///< rows of a block; floats of one virtual vector on every machine

constexpr int blocks_for(int rows) {
  return (rows + kLanes - 1) / kLanes;
}
constexpr int padded(int rows) {
  return blocks_for(rows) * kLanes;
}

/// Columns where they go in pairs.
constexpr int paired(int depth) {
  return (depth + 1) / 2 * 2;
}

/// Columns where they go in fours.
constexpr int in_quads(int depth) {
  return (depth + 3) / 4 * 4;
}

/// Columns of a block.
constexpr int columns_of(Precision precision, int depth) {
  if (precision == Precision::int8) return in_quads(depth);
  return precision == Precision::float32 ? depth : paired(depth);
}

/// What is added to a whole number where it is stored in an unsigned byte, as the multiplier wants
/// one of its two operands.
constexpr int kByteZero = 128;

/// Owns nothing: a view of `blocks_for(rows)` blocks. Rows and columns beyond the last are zero.
struct PackedMatrix {
  Precision precision = Precision::float32;
  const void* data = nullptr;     ///< on a cache line; in the order the accessor says
  const float* scales = nullptr;  ///< [padded rows] where int8
  int rows = 0;
  int depth = 0;

  int blocks() const { return blocks_for(rows); }

  /// [block][depth][16]
  const float* floats() const { return static_cast<const float*>(data); }

  /// [block][depth / 2][16][2]: a row's columns two by two, a pair to a 32-bit word.
  const BFloat16* short_floats() const { return static_cast<const BFloat16*>(data); }

  /// [block][depth / 4][16][4], each number more kByteZero.
  const std::uint8_t* whole() const { return static_cast<const std::uint8_t*>(data); }

  /// Numbers from one block to the next.
  std::size_t block_stride() const {
    return static_cast<std::size_t>(columns_of(precision, depth)) * kLanes;
  }

  /// Bytes that a product reads: numbers and scales.
  std::size_t bytes() const;

  /// Floats that pack() takes room for; a multiple of 16.
  static std::size_t size(int rows, int depth, Precision precision = Precision::float32);
};

/// `row_major` is [rows, depth]; `out` has PackedMatrix::size() floats, all zero, on a cache line.
/// int8 is rounded as quantised() does.
PackedMatrix pack(std::span<const float> row_major,
                  int rows,
                  int depth,
                  float* out,
                  Precision precision = Precision::float32);

/// The same for int8 numbers with their scales [rows], as they are.
PackedMatrix pack(std::span<const std::int8_t> row_major,
                  std::span<const float> scales,
                  int rows,
                  int depth,
                  float* out);

/// Row `row` into `out`, `depth` floats.
void unpack_row(const PackedMatrix& matrix, int row, float* out);

}  // namespace cantus::infer
