// A matrix rounded to bytes with one scale a row.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cantus::infer {

/// number · scale of its row stands for the weight.
struct Int8Rows {
  std::vector<std::int8_t> numbers;  ///< [row][depth], row-major
  std::vector<float> scales;         ///< [row], none negative
};

/// `row_major` is [rows, depth], finite. A row's largest weight becomes 127 or -127, the others the
/// nearest whole number, ties to even; a row of zeros has scale 0.
Int8Rows quantised(std::span<const float> row_major, int rows, int depth);

/// What the numbers stand for: [row][depth].
std::vector<float> widened(const Int8Rows& matrix);

}  // namespace cantus::infer
