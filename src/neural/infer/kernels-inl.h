// The kernels over a type Lanes of sixteen floats, which the including file defines in its own
// namespace: included once for each instruction set, so there is no include guard.
// SPDX-License-Identifier: Apache-2.0

// The including file defines One (a register), Lanes (as many as make sixteen floats), broadcast
// (float to One), spread (One to Lanes), zero, load, store, fused, plus, times, greater,
// scaled_by_power, sum, greatest_of, and kAccumulators: how many Lanes fit in the registers beside
// a product's operands. For bfloat16 it defines load_even and load_odd (of sixteen rows' pairs of
// columns, the first or second), for whole numbers WholeLanes (sixteen sums), load (sixteen rows'
// quads), clear (of sums), quad (one input quad to all lanes), add_quads, as_floats (the sums less
// a number), and store_whole (sixteen floats, 1.5 · 2^23 and a whole number each, as quads or
// bytes).

/// What a product of this kind of weight is made of. A step is `kStep` columns whose weights stand
/// together, multiplied in `kTerms` terms: bfloat16 goes in pairs, int8 in fours that are added at
/// once. An input holds `kHeld` columns.
template <class Weight>
struct Sums;
template <>
struct Sums<float> {
  using Type = Lanes;
  using Input = float;
  static constexpr int kStep = 1;
  static constexpr int kHeld = 1;
  static constexpr int kTerms = 1;
};
template <>
struct Sums<BFloat16> {
  using Type = Lanes;
  using Input = float;
  static constexpr int kStep = 2;
  static constexpr int kHeld = 1;
  static constexpr int kTerms = 2;
};
template <>
struct Sums<std::uint8_t> {
  using Type = WholeLanes;
  using Input = InputQuad;
  static constexpr int kStep = 4;
  static constexpr int kHeld = 4;
  static constexpr int kTerms = 1;
};

HWY_INLINE One factor(const float* x) {
  return broadcast(*x);
}
HWY_INLINE auto factor(const InputQuad* x) {
  return quad(x);
}
HWY_INLINE Lanes plus_term(Lanes weights, One x, Lanes sum) {
  return fused(weights, x, sum);
}
template <class Weights, class Factor>
HWY_INLINE WholeLanes plus_term(Weights weights, Factor x, WholeLanes sum) {
  return add_quads(weights, x, sum);
}
template <class AnyProduct>
HWY_INLINE Lanes finished(Lanes sum, const AnyProduct&, int, int) {
  return sum;
}
HWY_INLINE Lanes finished(WholeLanes sum, const WholeProduct& p, int row, int column) {
  const Rounding& rounding = p.x_rounding[column];
  // Whatever has gone over the end of 32 bits comes back here: only the true sum must fit.
  Lanes floats = as_floats(sum, kByteZero * rounding.sum);
  if (p.row_scales != nullptr) floats = times(floats, load(p.row_scales + row));
  return times(floats, spread(broadcast(rounding.scale)));
}

/// A step's weights of its column `column`.
template <int column, bool scarce, class Weight>
HWY_INLINE auto weights_of(const Weight* from) {
  return load(from);
}
template <int column, bool scarce>
HWY_INLINE Lanes weights_of(const BFloat16* from) {
  return column == 0 ? load_even(from) : load_odd<scarce>(from);
}

/// Adds one term to each sum. Operands are loaded in the order that needs the fewest registers.
template <int column, int rows, int columns, class Weight, class Input, class Sum>
HWY_INLINE void multiply_term(const Weight* blocks,
                              std::size_t block_stride,
                              const Input* x,
                              std::size_t x_stride,
                              Sum (&sums)[rows][columns]) {
  constexpr bool kScarce = rows * columns >= kAccumulators;  // registers
  if constexpr (rows == 1) {
    const auto weights = weights_of<column, kScarce>(blocks);
    HWY_UNROLL(16)
    for (int c = 0; c < columns; ++c) {
      sums[0][c] =
          plus_term(weights, factor(x + static_cast<std::size_t>(c) * x_stride), sums[0][c]);
    }
  } else if constexpr (rows <= columns && kAccumulators >= 24) {
    decltype(weights_of<column, kScarce>(blocks)) weights[rows];
    HWY_UNROLL(16)
    for (int r = 0; r < rows; ++r)
      weights[r] = weights_of<column, kScarce>(blocks + static_cast<std::size_t>(r) * block_stride);
    HWY_UNROLL(16)
    for (int c = 0; c < columns; ++c) {
      const auto times_x = factor(x + static_cast<std::size_t>(c) * x_stride);
      HWY_UNROLL(16)
      for (int r = 0; r < rows; ++r)
        sums[r][c] = plus_term(weights[r], times_x, sums[r][c]);
    }
  } else {
    decltype(factor(x)) factors[columns];
    HWY_UNROLL(16)
    for (int c = 0; c < columns; ++c)
      factors[c] = factor(x + static_cast<std::size_t>(c) * x_stride);
    HWY_UNROLL(16)
    for (int r = 0; r < rows; ++r) {
      const auto weights =
          weights_of<column, kScarce>(blocks + static_cast<std::size_t>(r) * block_stride);
      HWY_UNROLL(16)
      for (int c = 0; c < columns; ++c)
        sums[r][c] = plus_term(weights, factors[c], sums[r][c]);
    }
  }
}

/// Adds the terms of one step, or of its first column alone, where an odd depth ends.
template <bool whole_step, int rows, int columns, class Weight, class Input, class Sum>
HWY_INLINE void multiply_step(const Weight* blocks,
                              std::size_t block_stride,
                              const Input* x,
                              std::size_t x_stride,
                              Sum (&sums)[rows][columns]) {
  multiply_term<0>(blocks, block_stride, x, x_stride, sums);
  if constexpr (whole_step && Sums<Weight>::kTerms == 2)
    multiply_term<1>(blocks, block_stride, x + 1, x_stride, sums);
}

/// What a product asks for before it is needed, one cache line for each that it reads. A matrix
/// asks for its own weights: short blocks are followed by the tile's next; in long ones two
/// kilobytes on did best, against one and three and against leaving it to the processor.
template <int rows, class Weight>
struct Ahead {
  explicit Ahead(const Product<Weight, typename Sums<Weight>::Input>& p, int block)
      : from(p.blocks + static_cast<std::size_t>(block) * p.block_stride), stride(p.block_stride) {
    constexpr std::size_t kShort = 16384 / sizeof(Weight);
    const std::size_t tile = rows * stride;
    const std::size_t distance = 2048 / sizeof(Weight);
    next_tile = tile <= kShort || distance > stride ? 0 : stride - distance;
    ahead = tile <= kShort || distance > stride ? tile : distance;
  }
  const Weight* from;
  std::size_t stride;
  std::size_t ahead = 0;
  std::size_t next_tile = 0;  ///< from this weight of a block on, what is asked for is the next's

  /// For row `row` of the tile and weight `at` of it.
  HWY_INLINE const Weight* operator()(int row, std::size_t at) const {
    const std::size_t skipped = next_tile != 0 && at >= next_tile ? (rows - 1) * stride : 0;
    return from + static_cast<std::size_t>(row) * stride + at + ahead + skipped;
  }
};

/// All terms of every sum; a cache line of weights at a time where the registers suffice.
template <int rows, int columns, class Weight, class Input, class Sum, class Fetch>
HWY_INLINE void multiply_terms(const Weight* blocks,
                               const Product<Weight, Input>& p,
                               const Input* x,
                               const Fetch& fetch,
                               Sum (&sums)[rows][columns]) {
  constexpr int kStep = Sums<Weight>::kStep;
  constexpr unsigned kHeld = Sums<Weight>::kHeld;
  constexpr std::size_t kNumbers = static_cast<std::size_t>(kLanes) * kStep;
  constexpr int kSteps = columns > 2 ? 1 : static_cast<int>(64 / (kNumbers * sizeof(Weight)));
  const int depth = p.depth;
  const std::size_t block_stride = p.block_stride;
  const std::size_t x_stride = p.x_stride;
  int k = 0;
  for (; k + kSteps * kStep <= depth; k += kSteps * kStep) {
    HWY_UNROLL(16)
    for (int r = 0; r < rows; ++r)
      __builtin_prefetch(fetch(r, static_cast<std::size_t>(k) * kLanes));
    HWY_UNROLL(16)
    for (int step = 0; step < kSteps; ++step) {
      multiply_step<true>(blocks, block_stride, x + static_cast<unsigned>(k + step * kStep) / kHeld,
                          x_stride, sums);
      blocks += kNumbers;
    }
  }
  constexpr bool kWhole = Sums<Weight>::kTerms == 1;
  for (; k < depth; k += kWhole ? kStep : 1, blocks += kNumbers)
    multiply_step<kWhole>(blocks, block_stride, x + static_cast<unsigned>(k) / kHeld, x_stride,
                          sums);
}

template <int rows, int columns, class Weight, class Input, class Fetch>
void multiply_tile(
    const Product<Weight, Input>& p, int block, int column, Finish finish, const Fetch& fetch) {
  typename Sums<Weight>::Type sums[rows][columns];
  HWY_UNROLL(16)
  for (int r = 0; r < rows; ++r) {
    HWY_UNROLL(16)
    for (int c = 0; c < columns; ++c)
      clear(sums[r][c]);
  }
  multiply_terms<rows, columns>(p.blocks + static_cast<std::size_t>(block) * p.block_stride, p,
                                p.x + static_cast<std::size_t>(column) * p.x_stride, fetch, sums);
  HWY_UNROLL(16)
  for (int r = 0; r < rows; ++r) {
    HWY_UNROLL(16)
    for (int c = 0; c < columns; ++c) {
      const int row = (block + r) * kLanes;
      float* to = p.out + static_cast<std::size_t>(column + c) * p.out_stride + row;
      Lanes sum = finished(sums[r][c], p, row, column + c);
      if (finish == Finish::add) sum = plus(load(to), sum);
      if (finish == Finish::squared_relu) {
        sum = greater(sum, zero());
        sum = times(sum, sum);
      }
      store(sum, to);
    }
  }
}

/// How many blocks to take at once: as many as the registers hold sums for.
constexpr int rows_at_once(int columns) {
  if (columns == 8) return 3;
  int rows = 8;
  while (rows > 1 && rows * columns > kAccumulators)
    rows /= 2;
  return rows;
}

struct AheadInMatrix {
  template <int rows, class Weight, class Input>
  HWY_INLINE Ahead<rows, Weight> of(const Product<Weight, Input>& p, int block) const {
    return Ahead<rows, Weight>(p, block);
  }
};

/// Fewer blocks than 2 `rows`. One column alone needs as many sums at once as there are; more have
/// enough in half as many.
template <int rows, int columns, class Weight, class Input, class Fetches>
void multiply_last(
    const Product<Weight, Input>& p, int block, int column, Finish finish, const Fetches& fetches) {
  if (block + rows <= p.block_end) {
    multiply_tile<rows, columns>(p, block, column, finish, fetches.template of<rows>(p, block));
    block += rows;
  }
  if constexpr (rows > 1) {
    multiply_last<(columns == 1 ? rows - 1 : (rows + 1) / 2), columns>(p, block, column, finish,
                                                                       fetches);
  }
}

template <int columns, class Weight, class Input, class Fetches = AheadInMatrix>
void multiply_columns(const Product<Weight, Input>& p,
                      int column,
                      Finish finish,
                      const Fetches& fetches = {}) {
  constexpr int kRows = rows_at_once(columns);
  int block = p.block_begin;
  for (; block + kRows <= p.block_end; block += kRows)
    multiply_tile<kRows, columns>(p, block, column, finish, fetches.template of<kRows>(p, block));
  multiply_last<kRows, columns>(p, block, column, finish, fetches);
}

/// The most columns at once: wide registers hold the sums of eight for several blocks.
constexpr int kMostColumns = kAccumulators >= 24 ? 8 : 6;

/// From `column` on; returns how many. Never leaves one or two for the end.
template <class Weight, class Input>
int multiply_some(const Product<Weight, Input>& p, int column, Finish finish) {
  const int left = p.columns - column;
  if constexpr (kMostColumns == 8) {
    if (left == 8 || left == 16 || left > 18) {
      multiply_columns<8>(p, column, finish);
      return 8;
    }
  }
  switch (left) {
    case 1:
      multiply_columns<1>(p, column, finish);
      return 1;
    case 2:
      multiply_columns<2>(p, column, finish);
      return 2;
    case 3:
      multiply_columns<3>(p, column, finish);
      return 3;
    case 4:
    case 7:
    case 8:
      multiply_columns<4>(p, column, finish);
      return 4;
    case 5:
      multiply_columns<5>(p, column, finish);
      return 5;
    default:
      multiply_columns<6>(p, column, finish);
      return 6;
  }
}

/// Weights come from far and are read once: a few blocks meet all columns before the next few.
template <class Weight, class Input>
void multiply(const Product<Weight, Input>& p, Finish finish) {
  if (p.columns < 6) {
    if (p.columns > 0) multiply_some(p, 0, finish);
    return;
  }
  constexpr int kBlocks = rows_at_once(kMostColumns);
  Product<Weight, Input> some = p;
  for (int block = p.block_begin; block < p.block_end; block += kBlocks) {
    some.block_begin = block;
    some.block_end = block + kBlocks < p.block_end ? block + kBlocks : p.block_end;
    for (int c = 0; c < p.columns;)
      c += multiply_some(some, c, finish);
  }
}

/// The largest in size of `width` floats, a multiple of 16; 0 where it is next to nothing.
float largest_in(const float* x, int width) {
  Lanes high = zero();
  Lanes low = zero();
  for (int i = 0; i < width; i += kLanes) {
    const Lanes v = load(x + i);
    high = greater(v, high);
    low = greater(times(v, spread(broadcast(-1.0F))), low);
  }
  const float top = greatest_of(greater(low, high));
  return top > 1e-30F ? top : 0.0F;  // so that its inverse is finite
}

constexpr float kLargestWhole = 127.0F;

/// Adding it rounds to a whole number, ties to even, and leaves that in the low bits.
HWY_INLINE Lanes rounder() {
  return spread(broadcast(0x1.8p23F));
}
HWY_INLINE Lanes less_rounder(Lanes v) {
  return plus(v, spread(broadcast(-0x1.8p23F)));
}

Rounding round_inputs(const float* x, int width, InputQuad* whole) {
  const float top = largest_in(x, width);
  const Lanes inverse = spread(broadcast(top > 0.0F ? kLargestWhole / top : 0.0F));
  Lanes total = zero();  // exact: whole numbers below 2^24
  for (int i = 0; i < width; i += kLanes) {
    const Lanes rounded = plus(times(load(x + i), inverse), rounder());
    store_whole(rounded, whole + i / 4);
    total = plus(total, less_rounder(rounded));
  }
  return {top / kLargestWhole, static_cast<std::int32_t>(sum(total))};
}

float round_to_bytes(const float* x, int width, std::uint8_t* bytes) {
  const float top = largest_in(x, width);
  const Lanes inverse = spread(broadcast(top > 0.0F ? kLargestWhole / top : 0.0F));
  for (int i = 0; i < width; i += kLanes)
    store_whole(plus(times(load(x + i), inverse), rounder()), bytes + i);
  return top / kLargestWhole;
}

/// x · gain, in place, neither of them negative. Returns the largest; 0 where it is next to
/// nothing.
float weigh(float* x, const float* gain, int width) {
  Lanes most = zero();
  for (int i = 0; i < width; i += kLanes) {
    const Lanes v = times(load(x + i), load(gain + i));
    store(v, x + i);
    most = greater(v, most);
  }
  const float top = greatest_of(most);
  return top > 1e-30F ? top : 0.0F;
}

/// As round_inputs(), to 15 bits: 256 times one column and another, `stride` quads on. `top` is the
/// largest.
void round_finely(const float* x,
                  int width,
                  float top,
                  InputQuad* whole,
                  std::size_t stride,
                  Rounding (&roundings)[2]) {
  constexpr float kLargest = 256.0F * 127.0F + 127.0F;
  const float scale = top / kLargest;
  const Lanes inverse = spread(broadcast(top > 0.0F ? kLargest / top : 0.0F));
  Lanes totals[2] = {zero(), zero()};
  for (int i = 0; i < width; i += kLanes) {
    const Lanes all = less_rounder(plus(times(load(x + i), inverse), rounder()));
    // A little more than a half goes up, so that the rest is from -128 to 127.
    const Lanes parts = fused(all, broadcast(0x1p-8F), spread(broadcast(0x1p-10F)));
    const Lanes high = plus(parts, rounder());
    const Lanes high_whole = less_rounder(high);
    const Lanes low = fused(high_whole, broadcast(-256.0F), all);
    store_whole(high, whole + i / 4);
    store_whole(plus(low, rounder()), whole + stride + i / 4);
    totals[0] = plus(totals[0], high_whole);
    totals[1] = plus(totals[1], low);
  }
  roundings[0] = {256.0F * scale, static_cast<std::int32_t>(sum(totals[0]))};
  roundings[1] = {scale, static_cast<std::int32_t>(sum(totals[1]))};
}

void normalise(const float* x, const float* gain, int width, float* out) {
  Lanes squares = zero();
  int i = 0;
  for (; i + kLanes <= width; i += kLanes) {
    const Lanes v = load(x + i);
    squares = fused(v, v, squares);
  }
  if (i < width) {
    float rest[kLanes] = {};
    for (int j = i; j < width; ++j)
      rest[j - i] = x[j];
    const Lanes v = load(rest);
    squares = fused(v, v, squares);
  }
  const float mean = sum(squares) / static_cast<float>(width);
  const float scale = 1.0F / __builtin_sqrtf(mean + 1e-5F);
  for (int j = 0; j < width; ++j)
    out[j] = x[j] * scale * gain[j];
}

/// e^x for -64 <= x <= 0, within 2e-7 relative: 2^n times a polynomial (Cephes expf's) in the rest.
Lanes exponential(Lanes x) {
  // Adding 1.5 · 2^23 rounds to a whole number and leaves it in the low bits.
  const One magic = broadcast(0x1.8p23F);
  const Lanes shifted = fused(x, broadcast(0x1.715476p+0F), spread(magic));
  const Lanes n = plus(shifted, spread(broadcast(-0x1.8p23F)));
  Lanes rest = fused(n, broadcast(-0x1.62e4p-1F), x);
  rest = fused(n, broadcast(-0x1.7f7d1cp-20F), rest);
  Lanes sum = spread(broadcast(1.9875691500e-4F));
  sum = fused(sum, rest, spread(broadcast(1.3981999507e-3F)));
  sum = fused(sum, rest, spread(broadcast(8.3334519073e-3F)));
  sum = fused(sum, rest, spread(broadcast(4.1665795894e-2F)));
  sum = fused(sum, rest, spread(broadcast(1.6666665459e-1F)));
  sum = fused(sum, rest, spread(broadcast(5.0000001201e-1F)));
  sum = fused(sum, times(rest, rest), rest);
  sum = plus(sum, spread(broadcast(1.0F)));
  return scaled_by_power(sum, shifted);
}

float exponentials(float* scores, int count, float scale) {
  const int whole = (count + kLanes - 1) / kLanes * kLanes;
  for (int i = count; i < whole; ++i)
    scores[i] = scores[0];
  Lanes greatest = load(scores);
  for (int i = kLanes; i < whole; i += kLanes)
    greatest = greater(load(scores + i), greatest);
  const float top = greatest_of(greatest);
  const Lanes minus_top = spread(broadcast(-top));
  const Lanes lowest = spread(broadcast(-64.0F));  // e^-64 is nothing beside the greatest's 1
  Lanes total = zero();
  for (int i = 0; i < whole; i += kLanes) {
    const Lanes x = times(plus(load(scores + i), minus_top), spread(broadcast(scale)));
    const Lanes e = exponential(greater(x, lowest));
    store(e, scores + i);
    if (i + kLanes <= count) total = plus(total, e);
  }
  for (int i = count; i < whole; ++i)
    scores[i] = 0.0F;
  if (count < whole) total = plus(total, load(scores + whole - kLanes));
  return sum(total);
}

/// While keys are read, the values of the same positions: as many.
template <class Number>
struct ValuesNext {
  const Number* values;
  std::size_t value_stride;

  template <int rows, class Weight, class Input>
  HWY_INLINE ValuesNext of(const Product<Weight, Input>&, int block) const {
    return {values + static_cast<std::size_t>(block) * kLanes * kLanes, value_stride};
  }
  HWY_INLINE const Number* operator()(int row, std::size_t at) const {
    constexpr std::size_t kPart = static_cast<std::size_t>(kLanes) * kLanes;  // of one block's
    return values + at / kPart * value_stride + at % kPart + static_cast<std::size_t>(row) * kPart;
  }
};

/// While values are read, the keys that come next: as many again, one after another.
template <class Number>
struct KeysNext {
  const Number* keys;

  template <int rows>
  struct Of {
    const Number* keys;
    HWY_INLINE const Number* operator()(int row, std::size_t at) const {
      return keys + rows * at + static_cast<std::size_t>(row) * (64 / sizeof(Number));
    }
  };
  template <int rows, class Weight, class Input>
  HWY_INLINE Of<rows> of(const Product<Weight, Input>& p, int block) const {
    return {keys + static_cast<std::size_t>(block) * static_cast<std::size_t>(p.depth) * kLanes};
  }
};

template <class Number>
void attend(const Attention<Number>& a) {
  Product<Number, float> product;
  product.columns = 1;
  product.blocks = a.keys;
  product.block_stride = static_cast<std::size_t>(a.width) * kLanes;
  product.block_end = (a.count + kLanes - 1) / kLanes;
  product.depth = a.width;
  product.x = a.query;
  product.out = a.scores;
  multiply_columns<1>(product, 0, Finish::store, ValuesNext<Number>{a.values, a.value_stride});
  const float total = exponentials(a.scores, a.count, a.scale);

  product.blocks = a.values;
  product.block_stride = a.value_stride;
  product.block_end = (a.width + kLanes - 1) / kLanes;
  product.depth = a.count;
  product.x = a.scores;
  product.out = a.sums;
  multiply_columns<1>(product, 0, Finish::store, KeysNext<Number>{a.next_keys});
  for (int i = 0; i < a.width; ++i)
    a.out[i] = a.sums[i] / total;
}

/// The query meets the keys in 8 bits; the exponentials, with the values' scales in them, go as two
/// columns that make 15 bits.
void attend_whole(const Attention<std::uint8_t>& a) {
  const int padded_width = padded(a.width);
  const int padded_count = padded(a.count);
  const auto stride = static_cast<std::size_t>(padded_count / 4);
  InputQuad* query = a.rounded;
  InputQuad* weights = a.rounded + padded_width / 4;
  Rounding roundings[2] = {round_inputs(a.query, padded_width, query), {}};
  WholeProduct product;
  product.columns = 1;
  product.blocks = a.keys;
  product.depth = in_quads(a.width);
  product.block_stride = static_cast<std::size_t>(product.depth) * kLanes;
  product.block_end = padded_count / kLanes;
  product.x = query;
  product.x_rounding = roundings;
  product.row_scales = a.key_scales;
  product.out = a.scores;
  multiply_columns<1>(product, 0, Finish::store,
                      ValuesNext<std::uint8_t>{a.values, a.value_stride});
  const float total = exponentials(a.scores, a.count, a.scale);

  const float top = weigh(a.scores, a.value_scales, padded_count);
  round_finely(a.scores, padded_count, top, weights, stride, roundings);
  product.columns = 2;
  product.blocks = a.values;
  product.block_stride = a.value_stride;
  product.block_end = padded_width / kLanes;
  product.depth = in_quads(a.count);
  product.x = weights;
  product.x_stride = stride;
  product.row_scales = nullptr;
  product.out = a.sums;
  product.out_stride = static_cast<std::size_t>(padded_width);
  multiply_columns<2>(product, 0, Finish::store, KeysNext<std::uint8_t>{a.next_keys});
  for (int i = 0; i < a.width; ++i)
    a.out[i] = (a.sums[i] + a.sums[padded_width + i]) / total;
}
