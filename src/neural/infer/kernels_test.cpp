#include "neural/infer/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/infer/aligned_floats.h"
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
    Product p;
    p.blocks = matrix.data;
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
std::vector<float> plain_product(const Case& c, Finish finish) {
  const auto rows = static_cast<std::size_t>(c.rows);
  const auto depth = static_cast<std::size_t>(c.depth);
  const auto columns = static_cast<std::size_t>(c.columns);
  const auto stride = static_cast<std::size_t>(padded(c.rows));
  const auto matrix = random_floats(rows * depth, 1);
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

TEST(Kernels, ProductsAreThePlainLoopsBitsForEveryShape) {
  std::vector<Case> cases;
  for (int columns = 1; columns <= 20; ++columns)
    cases.push_back({columns * 13 + 7, 33, columns});
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
