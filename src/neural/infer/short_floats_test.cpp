#include "neural/infer/short_floats.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::infer {
namespace {

/// Every finite short float, in order of size, as its type widens it.
template <class Short>
void expect_every_one_comes_back(Short (*short_of)(float)) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const Short x{static_cast<std::uint16_t>(bits)};
    const float wide = widened(x);
    if (std::isnan(wide)) {
      EXPECT_TRUE(std::isnan(widened(short_of(wide))));
    } else {
      ASSERT_EQ(short_of(wide).bits, x.bits);
    }
  }
}

/// No neighbour of what `x` is rounded to is nearer, and of two as near the even one is taken.
template <class Short>
void expect_nearest(float x, Short rounded) {
  const auto distance = [x](int bits) {
    const Short other{static_cast<std::uint16_t>(bits)};
    return std::abs(static_cast<double>(widened(other)) - static_cast<double>(x));
  };
  for (const int step : {-1, 1}) {
    const int neighbour = rounded.bits + step;
    if ((neighbour & 0x7FFF) == 0x7FFF || neighbour < 0) continue;
    ASSERT_LE(distance(rounded.bits), distance(neighbour)) << x;
    if (distance(rounded.bits) >= distance(neighbour)) {
      ASSERT_EQ(rounded.bits % 2, 0) << x;
    }
  }
}

TEST(ShortFloats, EveryOneComesBackFromFloat) {
  expect_every_one_comes_back<BFloat16>(bfloat16_of);
  expect_every_one_comes_back<Float16>(float16_of);
}

TEST(ShortFloats, AreTheNearest) {
  Random random(1);
  for (int i = 0; i < 200000; ++i) {
    const double size = std::exp2(random.uniform() * 38.0 - 25.0);
    const auto x = static_cast<float>(i % 2 == 0 ? size : -size);
    expect_nearest(x, bfloat16_of(x));
    expect_nearest(x, float16_of(x));
  }
  for (const float tie : {0x1.01p0F, 0x1.03p0F, 0x1.002p0F, 0x1.006p0F, 0x1p-25F, 0x3p-25F}) {
    expect_nearest(tie, bfloat16_of(tie));
    expect_nearest(tie, float16_of(tie));
  }
}

TEST(ShortFloats, TheEndsOfTheRange) {
  EXPECT_EQ(widened(float16_of(65504.0F)), 65504.0F);
  EXPECT_EQ(widened(float16_of(65519.0F)), 65504.0F);
  EXPECT_TRUE(std::isinf(widened(float16_of(65520.0F))));
  EXPECT_TRUE(std::isinf(widened(float16_of(-1e30F))));
  EXPECT_TRUE(std::isinf(widened(bfloat16_of(std::numeric_limits<float>::max()))));
  EXPECT_TRUE(std::signbit(widened(float16_of(-0.0F))));
  EXPECT_EQ(widened(Float16{0x0001}), 0x1p-24F);
}

}  // namespace
}  // namespace cantus::infer
