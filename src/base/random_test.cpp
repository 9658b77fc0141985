#include "base/random.h"

#include <gtest/gtest.h>

namespace cantus {
namespace {

TEST(Random, GivesThePublishedSplitMixSequence) {
  Random random(1234567);  // the reference vector of Vigna's splitmix64.c
  EXPECT_EQ(random.next(), 6457827717110365317ULL);
  EXPECT_EQ(random.next(), 3203168211198807973ULL);
}

TEST(Random, UniformStaysBelowOneAndHasMeanOneHalf) {
  Random random(1);
  double sum = 0.0;
  for (int i = 0; i < 100000; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 100000, 0.5, 0.005);
}

TEST(Random, BelowNeverReachesItsBound) {
  Random random(2);
  for (int i = 0; i < 10000; ++i)
    ASSERT_LT(random.below(7), 7U);
  EXPECT_EQ(random.below(0), 0U);
}

TEST(Random, ForksOfDifferentNamesDifferAndOfTheSameNameAgree) {
  const Random random(3);
  EXPECT_EQ(random.fork("melody").next(), random.fork("melody").next());
  EXPECT_NE(random.fork("melody").next(), random.fork("bass").next());
}

}  // namespace
}  // namespace cantus
