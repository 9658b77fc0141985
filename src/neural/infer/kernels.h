// The arithmetic of the network, once for each instruction set, with the same bits from each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "neural/infer/isa.h"
#include "neural/infer/short_floats.h"

namespace cantus::infer {

/// Inputs of four columns, rounded to whole numbers of 8 bits: round_inputs() arranges them as its
/// instruction set likes them.
struct InputQuad {
  std::int16_t of[4];
};

/// What goes with a column of rounded inputs: number · scale stands for the input.
struct Rounding {
  float scale = 0.0F;
  std::int32_t sum = 0;  ///< of the whole numbers
};

/// Rows [16 block_begin, 16 block_end) of `blocks` times each column of `x`. Blocks are laid out as
/// PackedMatrix says of each kind of weight.
template <class Weight, class Input>
struct Product {
  const Weight* blocks = nullptr;  ///< blocks `block_stride` weights apart
  std::size_t block_stride = 0;
  int block_begin = 0;
  int block_end = 0;
  int depth = 0;
  const Input* x = nullptr;  ///< [column][depth], columns `x_stride` apart; or quads of the depth
  std::size_t x_stride = 0;
  int columns = 0;
  float* out = nullptr;  ///< [column][row], columns `out_stride` apart; whole blocks are written
  std::size_t out_stride = 0;
  const float* row_scales = nullptr;     ///< [row], of whole numbers alone; null: 1
  const Rounding* x_rounding = nullptr;  ///< [column], of whole numbers alone
};

using FloatProduct = Product<float, float>;
using ShortFloatProduct = Product<BFloat16, float>;
using WholeProduct = Product<std::uint8_t, InputQuad>;  ///< `depth` is a multiple of 4

/// A query's way through one head of a cache, laid out as Cache says.
template <class Number>
struct Attention {
  const Number* keys = nullptr;
  const Number* values = nullptr;
  std::size_t value_stride = 0;
  int width = 0;  ///< of the head
  int count = 0;  ///< positions, from the first
  const float* query = nullptr;
  float scale = 1.0F;
  float* scores = nullptr;            ///< room for `count` floats, rounded up to 16
  float* sums = nullptr;              ///< room for `width` floats, rounded up to 16
  float* out = nullptr;               ///< [width]
  const Number* next_keys = nullptr;  ///< what will be read next: fetched meanwhile
  // Where keys and values are whole numbers; the query is then in whole quads, the rest zeros:
  const float* key_scales = nullptr;    ///< [position], in whole blocks of 16
  const float* value_scales = nullptr;  ///< [position], in whole blocks of 16
  InputQuad* rounded = nullptr;         ///< room for `width` / 4 and twice `count` / 4 quads, each
                                        ///< rounded up to 4
};

/// What becomes of a finished sum.
enum class Finish { store, add, squared_relu };

/// A sum of floats over `depth` starts at 0 and takes its terms in order, each by one fused
/// multiply-add; a sum of whole numbers is exact (weights less 128, times inputs), and float(sum) ·
/// row scale · column scale comes out. Neither depends on how rows and columns are shared out, nor
/// on the width of a vector. All functions are [any thread] and read and write nothing but what
/// they are given.
struct Kernels {
  void (*multiply)(const FloatProduct& product, Finish finish);
  void (*multiply_short)(const ShortFloatProduct& product, Finish finish);
  void (*multiply_whole)(const WholeProduct& product, Finish finish);

  /// Rounds `x` to whole numbers, the greatest in size to 127; `width` is a multiple of 16.
  Rounding (*round_inputs)(const float* x, int width, InputQuad* whole);

  /// Rounds `x` to whole numbers, the greatest in size to 127, and writes them more 128: what
  /// stands in a cache. `width` is a multiple of 16. Returns the scale.
  float (*round_to_bytes)(const float* x, int width, std::uint8_t* bytes);

  /// out = x · gain / sqrt(mean(x²) + 1e-5); `width` floats. Squares are added in sixteen lanes.
  void (*normalise)(const float* x, const float* gain, int width, float* out);

  /// scores[i] = exp(scale · (scores[i] - the greatest)) for i < count, then zeros to the next
  /// multiple of 16. Returns the sum, added in sixteen lanes.
  float (*exponentials)(float* scores, int count, float scale);

  /// out = the values, weighted by the exponentials of keys · query, which are `scores`; all sums
  /// as above. Whole keys meet a query of 8 bits, whole values exponentials of 15.
  void (*attend)(const Attention<float>& attention);
  void (*attend_short)(const Attention<BFloat16>& attention);
  void (*attend_whole)(const Attention<std::uint8_t>& attention);
};

/// `isa` is one of supported_isas().
const Kernels& kernels_for(Isa isa);

}  // namespace cantus::infer
