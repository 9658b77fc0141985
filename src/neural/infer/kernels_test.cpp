#include "neural/infer/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/infer/aligned_floats.h"
#include "neural/infer/cache.h"
#include "neural/infer/kernels_scalar.h"
#include "neural/infer/packed_matrix.h"

namespace cantus::infer {
namespace {

std::vector<float> random_floats(std::size_t count, std::uint64_t seed, double size = 1.0) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& v : values)
    v = static_cast<float>(size * (2.0 * random.uniform() - 1.0));
  return values;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

struct Case {
  int rows;
  int depth;
  int columns;
};

/// [column][row, padded]; the rows are shared out in parts of `part` blocks.
std::vector<float> product(Isa isa, const Case& c, Finish finish, int part) {
  const auto size = [](int a, int b) {
    return static_cast<std::size_t>(a) * static_cast<std::size_t>(b);
  };
  AlignedFloats room(PackedMatrix::size(c.rows, c.depth));
  const auto matrix = pack(random_floats(size(c.rows, c.depth), 1), c.rows, c.depth, room.data());
  const auto x = random_floats(size(c.columns, c.depth + 3), 2);
  auto out = random_floats(size(c.columns, padded(c.rows)), 3);
  for (int block = 0; block < matrix.blocks(); block += part) {
    FloatProduct p;
    p.blocks = matrix.floats();
    p.block_stride = size(c.depth, kLanes);
    p.block_begin = block;
    p.block_end = std::min(block + part, matrix.blocks());
    p.depth = c.depth;
    p.x = x.data();
    p.x_stride = size(c.depth + 3, 1);
    p.columns = c.columns;
    p.out = out.data();
    p.out_stride = size(padded(c.rows), 1);
    kernels_for(isa).multiply(p, finish);
  }
  return out;
}

/// What Product promises, one number at a time.
std::vector<float> plain_product(const Case& c, Finish finish, const std::vector<float>& matrix) {
  const auto rows = static_cast<std::size_t>(c.rows);
  const auto depth = static_cast<std::size_t>(c.depth);
  const auto columns = static_cast<std::size_t>(c.columns);
  const auto stride = static_cast<std::size_t>(padded(c.rows));
  const auto x = random_floats(columns * (depth + 3), 2);
  auto out = random_floats(columns * stride, 3);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t row = i % stride;
    float sum = 0.0F;
    for (std::size_t k = 0; k < depth && row < rows; ++k) {
      sum = std::fma(matrix[row * depth + k], x[i / stride * (depth + 3) + k], sum);
    }
    if (finish == Finish::add) sum += out[i];
    if (finish == Finish::squared_relu) sum = sum > 0.0F ? sum * sum : 0.0F;
    out[i] = sum;
  }
  return out;
}

std::vector<float> plain_product(const Case& c, Finish finish) {
  return plain_product(
      c, finish,
      random_floats(static_cast<std::size_t>(c.rows) * static_cast<std::size_t>(c.depth), 1));
}

TEST(Kernels, ProductsAreThePlainLoopsBitsForEveryShape) {
  std::vector<Case> cases;
  for (int columns = 1; columns <= 26; ++columns)
    cases.push_back({columns * 13 + 7, 33, columns});
  cases.push_back({130, 128, 80});
  cases.push_back({1, 1, 1});
  cases.push_back({300, 257, 48});
  for (const Isa isa : supported_isas()) {
    for (const Case& c : cases) {
      for (const Finish finish : {Finish::store, Finish::add, Finish::squared_relu}) {
        EXPECT_TRUE(same_bits(product(isa, c, finish, 1000), plain_product(c, finish)))
            << name_of(isa) << ": " << c.rows << " rows, " << c.columns << " columns";
      }
    }
  }
}

TEST(Kernels, SharingOutTheRowsDoesNotChangeABit) {
  const Case c{300, 100, 7};
  for (const Isa isa : supported_isas()) {
    const auto whole = product(isa, c, Finish::store, 1000);
    for (const int part : {1, 2, 3, 5, 11}) {
      EXPECT_TRUE(same_bits(product(isa, c, Finish::store, part), whole)) << name_of(isa) << part;
    }
  }
}

/// As product() above, of weights rounded to bfloat16.
std::vector<float> short_product(Isa isa, const Case& c, Finish finish) {
  const auto size = [](int a, int b) {
    return static_cast<std::size_t>(a) * static_cast<std::size_t>(b);
  };
  AlignedFloats room(PackedMatrix::size(c.rows, c.depth, Precision::bfloat16));
  const auto matrix = pack(random_floats(size(c.rows, c.depth), 1), c.rows, c.depth, room.data(),
                           Precision::bfloat16);
  const auto x = random_floats(size(c.columns, c.depth + 3), 2);
  auto out = random_floats(size(c.columns, padded(c.rows)), 3);
  ShortFloatProduct p;
  p.blocks = matrix.short_floats();
  p.block_stride = matrix.block_stride();
  p.block_end = matrix.blocks();
  p.depth = c.depth;
  p.x = x.data();
  p.x_stride = size(c.depth + 3, 1);
  p.columns = c.columns;
  p.out = out.data();
  p.out_stride = size(padded(c.rows), 1);
  kernels_for(isa).multiply_short(p, finish);
  return out;
}

/// What int8 is given: weights from -127 to 127 and inputs that are whole numbers already, as large
/// as they may be.
struct WholeCase {
  explicit WholeCase(const Case& c, std::uint64_t seed) : shape(c) {
    Random random(seed);
    const auto any = [&] {
      if (random.below(9) == 0) return random.below(2) == 0 ? 0 : 127;
      return static_cast<int>(random.below(255)) - 127;
    };
    weights.resize(static_cast<std::size_t>(c.rows) * static_cast<std::size_t>(c.depth));
    for (std::int8_t& w : weights)
      w = static_cast<std::int8_t>(any());
    x.resize(static_cast<std::size_t>(c.columns) * stride());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t k = i % stride();
      if (k < static_cast<std::size_t>(c.depth)) x[i] = k == 0 ? 127.0F : static_cast<float>(any());
    }
    row_scales = random_floats(static_cast<std::size_t>(padded(c.rows)), seed + 1);
    x_scales = random_floats(static_cast<std::size_t>(c.columns), seed + 2);
  }
  std::size_t stride() const { return static_cast<std::size_t>(padded(shape.depth)); }

  Case shape;
  std::vector<std::int8_t> weights;  // [row][depth]
  std::vector<float> x;              // [column][depth, padded]
  std::vector<float> row_scales;
  std::vector<float> x_scales;
};

/// Columns of `width` floats, a multiple of 16, as whole numbers.
struct RoundedColumns {
  RoundedColumns(Isa isa, const std::vector<float>& x, std::size_t width)
      : quads(x.size() / 4), stride(width / 4) {
    for (std::size_t i = 0; i < x.size(); i += width) {
      roundings.push_back(kernels_for(isa).round_inputs(x.data() + i, static_cast<int>(width),
                                                        quads.data() + i / 4));
    }
  }
  std::vector<InputQuad> quads;
  std::vector<Rounding> roundings;
  std::size_t stride;
};

WholeProduct product_of(const PackedMatrix& matrix,
                        const RoundedColumns& x,
                        std::vector<float>& out) {
  WholeProduct p;
  p.blocks = matrix.whole();
  p.block_stride = matrix.block_stride();
  p.block_end = matrix.blocks();
  p.depth = in_quads(matrix.depth);
  p.x = x.quads.data();
  p.x_stride = x.stride;
  p.columns = static_cast<int>(x.roundings.size());
  p.out = out.data();
  p.out_stride = static_cast<std::size_t>(padded(matrix.rows));
  p.row_scales = matrix.scales;
  p.x_rounding = x.roundings.data();
  return p;
}

/// [column][row, padded]
std::vector<float> whole_product(Isa isa, const WholeCase& w, Finish finish) {
  const Case& c = w.shape;
  AlignedFloats room(PackedMatrix::size(c.rows, c.depth, Precision::int8));
  const std::span<const float> scales = w.row_scales;
  const auto matrix =
      pack(w.weights, scales.first(static_cast<std::size_t>(c.rows)), c.rows, c.depth, room.data());
  auto out = random_floats(
      static_cast<std::size_t>(c.columns) * static_cast<std::size_t>(padded(c.rows)), 3);
  RoundedColumns x(isa, w.x, w.stride());
  for (std::size_t i = 0; i < x.roundings.size(); ++i) {
    EXPECT_EQ(x.roundings[i].scale, 1.0F) << "so they stay what they are";
    x.roundings[i].scale = w.x_scales[i];
  }
  kernels_for(isa).multiply_whole(product_of(matrix, x, out), finish);
  return out;
}

std::vector<float> plain_whole_product(const WholeCase& w, Finish finish) {
  const auto rows = static_cast<std::size_t>(w.shape.rows);
  const auto depth = static_cast<std::size_t>(w.shape.depth);
  const auto stride = static_cast<std::size_t>(padded(w.shape.rows));
  auto out = random_floats(static_cast<std::size_t>(w.shape.columns) * stride, 3);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t row = i % stride;
    std::int64_t whole = 0;
    for (std::size_t k = 0; k < depth && row < rows; ++k) {
      whole +=
          w.weights[row * depth + k] * static_cast<std::int64_t>(w.x[i / stride * w.stride() + k]);
    }
    const float scale = row < rows ? w.row_scales[row] : 0.0F;
    float sum = static_cast<float>(whole) * scale * w.x_scales[i / stride];
    if (finish == Finish::add) sum += out[i];
    if (finish == Finish::squared_relu) sum = sum > 0.0F ? sum * sum : 0.0F;
    out[i] = sum;
  }
  return out;
}

const std::vector<Case>& odd_shapes() {
  static const std::vector<Case> kShapes = [] {
    std::vector<Case> cases = {{1, 1, 1}, {17, 2, 8}, {300, 257, 48}, {40, 1024, 9}};
    for (int columns = 1; columns <= 13; ++columns)
      cases.push_back({columns * 13 + 7, 31 + columns % 4, columns});
    return cases;
  }();
  return kShapes;
}

TEST(Kernels, ShortFloatProductsAreThoseOfTheWidenedWeights) {
  for (const Case& c : odd_shapes()) {
    const auto size = static_cast<std::size_t>(c.rows) * static_cast<std::size_t>(c.depth);
    auto rounded = random_floats(size, 1);
    for (float& w : rounded)
      w = widened(bfloat16_of(w));
    for (const Finish finish : {Finish::store, Finish::add, Finish::squared_relu}) {
      const auto truth = plain_product(c, finish, rounded);
      for (const Isa isa : supported_isas()) {
        EXPECT_TRUE(same_bits(short_product(isa, c, finish), truth))
            << name_of(isa) << ": " << c.rows << " rows, " << c.columns << " columns";
      }
    }
  }
}

TEST(Kernels, WholeProductsAreExactForEveryShape) {
  for (const Case& c : odd_shapes()) {
    const WholeCase w(c, 11);
    for (const Finish finish : {Finish::store, Finish::add, Finish::squared_relu}) {
      const auto truth = plain_whole_product(w, finish);
      for (const Isa isa : supported_isas()) {
        EXPECT_TRUE(same_bits(whole_product(isa, w, finish), truth))
            << name_of(isa) << ": " << c.rows << " rows, " << c.columns << " columns";
      }
    }
  }
}

TEST(Kernels, TheLargestWholeNumbersDoNotOverflow) {
  for (const int depth : {1, 2, 513, 1024, 16384}) {
    WholeCase w({16, depth, 1}, 1);
    for (const int sign : {1, -1}) {
      std::ranges::fill(w.weights, static_cast<std::int8_t>(-127));
      for (std::size_t i = 0; i < static_cast<std::size_t>(depth); ++i)
        w.x[i] = static_cast<float>(127 * sign);
      const auto truth = plain_whole_product(w, Finish::store);
      for (const Isa isa : supported_isas())
        EXPECT_TRUE(same_bits(whole_product(isa, w, Finish::store), truth)) << depth;
    }
  }
}

/// What the rounded inputs stand for, seen through the unit matrix.
std::vector<float> rounded(Isa isa, const std::vector<float>& x, Rounding& rounding) {
  const int width = static_cast<int>(x.size());
  std::vector<std::int8_t> unit(x.size() * x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    unit[i * x.size() + i] = 1;
  AlignedFloats room(PackedMatrix::size(width, width, Precision::int8));
  const auto matrix = pack(unit, std::vector<float>(x.size(), 1.0F), width, width, room.data());
  std::vector<float> out(x.size());
  const RoundedColumns column(isa, x, x.size());
  rounding = column.roundings.front();
  kernels_for(isa).multiply_whole(product_of(matrix, column, out), Finish::store);
  return out;
}

TEST(Kernels, RoundedInputsHaveOneSetOfBitsAndAreNear) {
  for (const int width : {16, 48, 256}) {
    for (const double size : {0.0, 1e-35, 1e-20, 3.0, 1e30}) {
      const auto x = random_floats(static_cast<std::size_t>(width), 8, size);
      std::vector<float> first;
      for (const Isa isa : supported_isas()) {
        Rounding rounding;
        const auto back = rounded(isa, x, rounding);
        if (first.empty()) first = back;
        EXPECT_TRUE(same_bits(back, first)) << name_of(isa);
        double sum = 0.0;
        for (std::size_t i = 0; i < x.size() && size > 1e-30; ++i) {
          const auto scale = static_cast<double>(rounding.scale);
          EXPECT_NEAR(static_cast<double>(back[i]), static_cast<double>(x[i]), scale * 0.51);
          EXPECT_LE(std::abs(static_cast<double>(back[i])), 127.01 * scale);
          sum += std::round(static_cast<double>(back[i]) / scale);
        }
        EXPECT_EQ(static_cast<double>(rounding.sum), sum) << name_of(isa);
      }
    }
  }
}

TEST(Kernels, RoundedBytesHaveOneSetOfBitsAndAreNear) {
  for (const double size : {0.0, 1e-35, 1e-20, 3.0, 1e30}) {
    const auto x = random_floats(48, 8, size);
    std::vector<std::uint8_t> first;
    for (const Isa isa : supported_isas()) {
      std::vector<std::uint8_t> bytes(x.size());
      const float scale = kernels_for(isa).round_to_bytes(x.data(), 48, bytes.data());
      if (first.empty()) first = bytes;
      EXPECT_EQ(bytes, first) << name_of(isa);
      for (std::size_t i = 0; i < x.size() && size > 1e-30; ++i) {
        EXPECT_NEAR((bytes[i] - kByteZero) * static_cast<double>(scale), static_cast<double>(x[i]),
                    static_cast<double>(scale) * 0.51);
      }
    }
  }
}

TEST(Kernels, ScalarMultiplyAddIsRoundedOnce) {
  Random random(7);
  const auto any = [&](std::uint32_t low, std::uint32_t high) {  // exponents
    const auto bits = static_cast<std::uint32_t>(random.next());
    const auto exponent = low + static_cast<std::uint32_t>(random.below(high - low + 1));
    return std::bit_cast<float>((bits & 0x807FFFFFU) | exponent << 23U);
  };
  for (int i = 0; i < 300000; ++i) {
    const bool wide = i % 3 == 0;  // all floats with infinities and subnormals, or near 1
    float a = wide ? any(0, 255) : any(120, 130);
    float b = wide ? any(0, 255) : any(120, 130);
    float c = wide ? any(0, 255) : any(110, 140);
    if (i % 3 == 2)
      c = -a * b * (1.0F + static_cast<float>(random.below(9)) * 0x1p-23F);  // cancels
    if (i % 7 == 0) a *= 0x1p-80F, b *= 0x1p-60F, c *= 0x1p-130F;  // ends below normal numbers
    const float truth = std::fma(a, b, c);
    const float ours = fused_once(a, b, c);
    if (std::isnan(truth)) {
      EXPECT_TRUE(std::isnan(ours));
    } else {
      ASSERT_EQ(std::bit_cast<std::uint32_t>(ours), std::bit_cast<std::uint32_t>(truth))
          << a << " " << b << " " << c;
    }
  }
}

TEST(Kernels, NormsHaveOneSetOfBitsAndAreRight) {
  for (const int width : {1, 6, 16, 48, 100, 256}) {
    const auto x = random_floats(static_cast<std::size_t>(width), 4, 3.0);
    const auto gain = random_floats(static_cast<std::size_t>(width), 5);
    std::vector<float> first;
    for (const Isa isa : supported_isas()) {
      std::vector<float> out(x.size());
      kernels_for(isa).normalise(x.data(), gain.data(), width, out.data());
      if (first.empty()) first = out;
      EXPECT_TRUE(same_bits(first, out)) << name_of(isa) << " " << width;
    }
    double squares = 0.0;
    for (const float v : x)
      squares += static_cast<double>(v) * static_cast<double>(v);
    const double root = std::sqrt(squares / width + 1e-5);
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_NEAR(static_cast<double>(first[i]), static_cast<double>(x[i] * gain[i]) / root, 1e-6);
    }
  }
}

TEST(Kernels, ExponentialsHaveOneSetOfBitsAndAreRight) {
  for (const int count : {1, 15, 16, 17, 500}) {
    const auto scores = random_floats(static_cast<std::size_t>(count), 6, 40.0);
    const float top = *std::ranges::max_element(scores);
    std::vector<float> first;
    for (const Isa isa : supported_isas()) {
      std::vector<float> out = scores;
      out.resize(static_cast<std::size_t>(padded(count)), 99.0F);
      out.push_back(kernels_for(isa).exponentials(out.data(), count, 0.5F));
      if (first.empty()) first = out;
      EXPECT_TRUE(same_bits(first, out)) << name_of(isa) << " " << count;
    }
    double total = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double truth = std::exp(0.5 * static_cast<double>(scores[i] - top));
      EXPECT_NEAR(static_cast<double>(first[i]) / truth, 1.0, 3e-6) << scores[i] - top;
      total += truth;
    }
    for (std::size_t i = scores.size(); i + 1 < first.size(); ++i)
      EXPECT_EQ(first[i], 0.0F);
    EXPECT_NEAR(static_cast<double>(first.back()) / total, 1.0, 3e-6);
  }
}

/// A head's keys or values as a cache of bytes takes them.
struct RoundedRow {
  RoundedRow(Isa isa, const float* x, int width)
      : numbers(static_cast<std::size_t>(padded(width))) {
    std::vector<float> row(x, x + width);
    row.resize(numbers.size());
    scale = kernels_for(isa).round_to_bytes(row.data(), padded(width), numbers.data());
  }
  Cache::Bytes bytes() const { return {numbers.data(), scale}; }

  std::vector<std::uint8_t> numbers;
  float scale = 0.0F;
};

/// What attend() makes of a cache of these keys and values, both [position][width].
template <class Number>
std::vector<float> attended(Isa isa,
                            const std::vector<float>& keys,
                            const std::vector<float>& values,
                            const std::vector<float>& query) {
  const int width = static_cast<int>(query.size());
  const int count = static_cast<int>(keys.size() / query.size());
  constexpr bool kShort = std::is_same_v<Number, BFloat16>;
  constexpr bool kWhole = std::is_same_v<Number, std::uint8_t>;
  TransformerConfig config;
  config.width = width;
  config.heads = config.layers = 1;
  config.context = count;
  Cache cache(config, kWhole ? Precision::int8 : kShort ? Precision::bfloat16 : Precision::float32);
  for (int i = 0; i < count; ++i) {
    if constexpr (kWhole) {
      const RoundedRow key(isa, keys.data() + i * width, width);
      const RoundedRow value(isa, values.data() + i * width, width);
      cache.write(0, 0, i, key.bytes(), value.bytes());
    } else {
      cache.write(0, 0, i, keys.data() + i * width, values.data() + i * width);
    }
  }
  std::vector<float> scores(static_cast<std::size_t>(padded(count)));
  std::vector<float> sums(2 * static_cast<std::size_t>(padded(width)));
  std::vector<float> out(query.size());
  Attention<Number> a;
  a.keys = a.next_keys = cache.keys<Number>(0, 0);
  a.values = cache.values<Number>(0, 0);
  a.value_stride = cache.value_stride();
  a.width = width;
  a.count = count;
  std::vector<float> padded_query = query;
  padded_query.resize(static_cast<std::size_t>(padded(width)));
  a.query = padded_query.data();
  a.scale = 0.25F;
  a.scores = scores.data();
  a.sums = sums.data();
  a.out = out.data();
  std::vector<InputQuad> room(static_cast<std::size_t>(padded(width) + 2 * padded(count)) / 4);
  a.rounded = room.data();
  a.key_scales = cache.key_scales(0, 0);
  a.value_scales = cache.value_scales(0, 0);
  if constexpr (kWhole) {
    kernels_for(isa).attend_whole(a);
  } else if constexpr (kShort) {
    kernels_for(isa).attend_short(a);
  } else {
    kernels_for(isa).attend(a);
  }
  return out;
}

TEST(Kernels, AttentionIsTheMeanOfTheValuesWeighedByTheirKeys) {
  for (const int width : {2, 24, 64, 96}) {
    for (const int count : {1, 2, 15, 17, 100, 257}) {
      const auto size = static_cast<std::size_t>(width * count);
      auto keys = random_floats(size, 21);
      auto values = random_floats(size, 22);
      for (std::vector<float>* numbers : {&keys, &values}) {
        for (float& x : *numbers)
          x = widened(bfloat16_of(x));
      }
      const auto query = random_floats(static_cast<std::size_t>(width), 23, 3.0);
      std::vector<double> truth(query.size());
      double total = 0.0;
      for (std::size_t i = 0; i < size; i += query.size()) {
        double score = 0.0;
        for (std::size_t j = 0; j < query.size(); ++j)
          score += static_cast<double>(keys[i + j]) * static_cast<double>(query[j]);
        total += std::exp(0.25 * score);
        for (std::size_t j = 0; j < query.size(); ++j)
          truth[j] += std::exp(0.25 * score) * static_cast<double>(values[i + j]);
      }
      const auto first = attended<float>(Isa::scalar, keys, values, query);
      const auto whole = attended<std::uint8_t>(Isa::scalar, keys, values, query);
      for (std::size_t j = 0; j < query.size(); ++j)
        EXPECT_NEAR(static_cast<double>(first[j]), truth[j] / total, 2e-5) << width << " " << count;
      for (std::size_t j = 0; j < query.size(); ++j)
        EXPECT_NEAR(static_cast<double>(whole[j]), truth[j] / total, 0.02) << width << " " << count;
      for (const Isa isa : supported_isas()) {
        EXPECT_TRUE(same_bits(attended<float>(isa, keys, values, query), first)) << name_of(isa);
        EXPECT_TRUE(same_bits(attended<BFloat16>(isa, keys, values, query), first)) << name_of(isa);
        EXPECT_TRUE(same_bits(attended<std::uint8_t>(isa, keys, values, query), whole))
            << name_of(isa);
      }
    }
  }
}

TEST(Kernels, FarBelowTheGreatestIsNextToNothing) {
  for (const Isa isa : supported_isas()) {
    std::vector<float> scores(16, -1e30F);
    scores[3] = 1e30F;
    const float total = kernels_for(isa).exponentials(scores.data(), 16, 1.0F);
    EXPECT_EQ(scores[3], 1.0F);
    EXPECT_LT(scores[0], 1e-27F);
    EXPECT_EQ(total, 1.0F);
  }
}

}  // namespace
}  // namespace cantus::infer
