#include "neural/infer/exact_math.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::infer {
namespace {

TEST(ExactMath, ExpIsWithinAFewUnitsOfTheLastPlace) {
  Random random(1);
  double worst = 0.0;
  for (int i = 0; i < 100000; ++i) {
    const double x = 1400.0 * random.uniform() - 700.0;
    worst = std::max(worst, std::abs(exact_exp(x) / std::exp(x) - 1.0));
  }
  EXPECT_LT(worst, 1e-15);
  EXPECT_EQ(exact_exp(0.0), 1.0);
}

TEST(ExactMath, ExpStaysAtTheEndsOfItsRange) {
  EXPECT_EQ(exact_exp(-1e300), exact_exp(-700.0));
  EXPECT_EQ(exact_exp(1e300), exact_exp(700.0));
  EXPECT_GT(exact_exp(-1e300), 0.0);
}

TEST(ExactMath, LogIsWithinAFewUnitsOfTheLastPlace) {
  Random random(2);
  double worst = 0.0;
  for (int i = 0; i < 100000; ++i) {
    const double x = exact_exp(600.0 * random.uniform() - 300.0);
    const double truth = std::log(x);
    worst = std::max(worst, std::abs(exact_log(x) - truth) / std::max(1.0, std::abs(truth)));
  }
  EXPECT_LT(worst, 1e-15);
  EXPECT_EQ(exact_log(1.0), 0.0);
}

TEST(ExactMath, SineAndCosineAreWithinAFewUnitsOfTheLastPlace) {
  Random random(3);
  double worst = 0.0;
  for (int i = 0; i < 100000; ++i) {
    const double x = random.uniform() * (i % 2 == 0 ? 10.0 : 70000.0);
    const SineCosine at = exact_sine_cosine(x);
    worst = std::max({worst, std::abs(at.sine - std::sin(x)), std::abs(at.cosine - std::cos(x))});
  }
  EXPECT_LT(worst, 1e-15);
  EXPECT_EQ(exact_sine_cosine(0.0).cosine, 1.0);
  EXPECT_EQ(exact_sine_cosine(0.0).sine, 0.0);
}

}  // namespace
}  // namespace cantus::infer
