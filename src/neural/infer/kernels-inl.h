// The kernels over a type Lanes of sixteen floats, which the including file defines in its own
// namespace: included once for each instruction set, so there is no include guard.
// SPDX-License-Identifier: Apache-2.0

// The including file defines One (a register), Lanes (as many as make sixteen floats), broadcast
// (float to One), spread (One to Lanes), zero, load, store, fused, plus, times, greater,
// scaled_by_power, sum, greatest_of, and kAccumulators: how many Lanes fit in the registers beside
// a product's operands.

/// Asks for the weights that are wanted 32 terms later: two kilobytes on, measured against 16 and
/// 48 terms and against leaving it to the processor (a tenth to a third slower in small batches).
HWY_INLINE void fetch_ahead(const float* block) {
  __builtin_prefetch(block + 32 * kLanes);
}

/// Adds one term to each sum. Operands are loaded in the order that needs the fewest registers.
template <int rows, int columns>
HWY_INLINE void multiply_term(const float* blocks,
                              std::size_t block_stride,
                              const float* x,
                              std::size_t x_stride,
                              Lanes (&sums)[rows][columns]) {
  if constexpr (rows == 1) {
    const Lanes weights = load(blocks);
    fetch_ahead(blocks);
    HWY_UNROLL(16)
    for (int c = 0; c < columns; ++c) {
      sums[0][c] = fused(weights, broadcast(x[static_cast<std::size_t>(c) * x_stride]), sums[0][c]);
    }
  } else {
    One factors[columns];
    HWY_UNROLL(16)
    for (int c = 0; c < columns; ++c)
      factors[c] = broadcast(x[static_cast<std::size_t>(c) * x_stride]);
    HWY_UNROLL(16)
    for (int r = 0; r < rows; ++r) {
      const float* block = blocks + static_cast<std::size_t>(r) * block_stride;
      const Lanes weights = load(block);
      fetch_ahead(block);
      HWY_UNROLL(16)
      for (int c = 0; c < columns; ++c)
        sums[r][c] = fused(weights, factors[c], sums[r][c]);
    }
  }
}

template <int rows, int columns>
void multiply_tile(
    const float* blocks, const Product& p, const float* x, float* out, Finish finish) {
  Lanes sums[rows][columns];
  HWY_UNROLL(16)
  for (int r = 0; r < rows; ++r) {
    HWY_UNROLL(16)
    for (int c = 0; c < columns; ++c)
      sums[r][c] = zero();
  }
  const int depth = p.depth;
  const std::size_t block_stride = p.block_stride;
  const std::size_t x_stride = p.x_stride;
  for (int k = 0; k < depth; ++k) {
    multiply_term<rows, columns>(blocks, block_stride, x + k, x_stride, sums);
    blocks += kLanes;
  }
  HWY_UNROLL(16)
  for (int r = 0; r < rows; ++r) {
    HWY_UNROLL(16)
    for (int c = 0; c < columns; ++c) {
      float* to = out + static_cast<std::size_t>(c) * p.out_stride + r * kLanes;
      Lanes sum = sums[r][c];
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
  int rows = 8;
  while (rows > 1 && rows * columns > kAccumulators)
    rows /= 2;
  return rows;
}

template <int columns>
void multiply_columns(const Product& p, int column, Finish finish) {
  constexpr int kRows = rows_at_once(columns);
  const float* x = p.x + static_cast<std::size_t>(column) * p.x_stride;
  float* out = p.out + static_cast<std::size_t>(column) * p.out_stride;
  int block = p.block_begin;
  for (; block + kRows <= p.block_end; block += kRows) {
    multiply_tile<kRows, columns>(p.blocks + static_cast<std::size_t>(block) * p.block_stride, p, x,
                                  out + static_cast<std::size_t>(block) * kLanes, finish);
  }
  for (; block < p.block_end; ++block) {
    multiply_tile<1, columns>(p.blocks + static_cast<std::size_t>(block) * p.block_stride, p, x,
                              out + static_cast<std::size_t>(block) * kLanes, finish);
  }
}

/// From `column` on, at most six columns; returns how many. Never leaves one or two for the end.
int multiply_some(const Product& p, int column, Finish finish) {
  switch (p.columns - column) {
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
void multiply(const Product& p, Finish finish) {
  if (p.columns < 6) {
    if (p.columns > 0) multiply_some(p, 0, finish);
    return;
  }
  constexpr int kBlocks = rows_at_once(6) < 2 ? 2 : rows_at_once(6);
  Product some = p;
  for (int block = p.block_begin; block < p.block_end; block += kBlocks) {
    some.block_begin = block;
    some.block_end = block + kBlocks < p.block_end ? block + kBlocks : p.block_end;
    for (int c = 0; c < p.columns;)
      c += multiply_some(some, c, finish);
  }
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
  for (int i = 0; i < whole; i += kLanes) {
    const Lanes x = times(plus(load(scores + i), minus_top), spread(broadcast(scale)));
    store(exponential(greater(x, lowest)), scores + i);
  }
  for (int i = count; i < whole; ++i)
    scores[i] = 0.0F;
  Lanes total = zero();
  for (int i = 0; i < whole; i += kLanes)
    total = plus(total, load(scores + i));
  return sum(total);
}
