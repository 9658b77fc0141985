// The arithmetic of the network, once for each instruction set, with the same bits from each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "neural/infer/isa.h"

namespace cantus::infer {

/// Rows [16 block_begin, 16 block_end) of `blocks` times each column of `x`.
struct Product {
  const float* blocks = nullptr;  ///< [block][depth][16], blocks `block_stride` floats apart
  std::size_t block_stride = 0;
  int block_begin = 0;
  int block_end = 0;
  int depth = 0;
  const float* x = nullptr;  ///< [column][depth], columns `x_stride` floats apart
  std::size_t x_stride = 0;
  int columns = 0;
  float* out = nullptr;  ///< [column][row], columns `out_stride` apart; whole blocks are written
  std::size_t out_stride = 0;
};

/// What becomes of a finished sum.
enum class Finish { store, add, squared_relu };

/// Every sum over `depth` starts at 0 and takes its terms in order, each by one fused multiply-add:
/// it does not depend on how rows and columns are shared out, nor on the width of a vector.
/// All functions are [any thread] and read and write nothing but what they are given.
struct Kernels {
  void (*multiply)(const Product& product, Finish finish);

  /// out = x · gain / sqrt(mean(x²) + 1e-5); `width` floats. Squares are added in sixteen lanes.
  void (*normalise)(const float* x, const float* gain, int width, float* out);

  /// scores[i] = exp(scale · (scores[i] - the greatest)) for i < count, then zeros to the next
  /// multiple of 16. Returns the sum, added in sixteen lanes.
  float (*exponentials)(float* scores, int count, float scale);
};

/// `isa` is one of supported_isas().
const Kernels& kernels_for(Isa isa);

}  // namespace cantus::infer
