#include "neural/infer/quantise.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::infer {
namespace {

TEST(Quantise, EveryWeightIsWithinHalfAStepAndEachRowReaches127) {
  Random random(1);
  std::vector<float> weights;
  for (int i = 0; i < 30 * 17; ++i)
    weights.push_back(static_cast<float>((random.uniform() - 0.5) * std::exp2(i / 17)));
  const Int8Rows whole = quantised(weights, 30, 17);
  const auto back = widened(whole);
  ASSERT_EQ(back.size(), weights.size());
  for (std::size_t row = 0; row < 30; ++row) {
    int largest = 0;
    for (std::size_t i = row * 17; i < row * 17 + 17; ++i) {
      EXPECT_NEAR(back[i], weights[i], whole.scales[row] * 0.5001F);
      largest = std::max(largest, std::abs(static_cast<int>(whole.numbers[i])));
    }
    EXPECT_EQ(largest, 127);
  }
}

TEST(Quantise, WhatIsQuantisedStaysAsItIs) {
  Random random(2);
  std::vector<float> weights(8 * 100);
  for (float& w : weights)
    w = static_cast<float>(random.uniform() - 0.5);
  const Int8Rows once = quantised(weights, 8, 100);
  EXPECT_EQ(quantised(widened(once), 8, 100).numbers, once.numbers);
}

TEST(Quantise, ARowOfZerosStaysZero) {
  const std::vector<float> weights = {0.0F, 0.0F, 1.0F, -2.0F};
  const Int8Rows whole = quantised(weights, 2, 2);
  EXPECT_EQ(whole.scales[0], 0.0F);
  EXPECT_EQ(widened(whole)[1], 0.0F);
  EXPECT_EQ(whole.numbers[3], -127);
}

TEST(Quantise, TheLeastWeightsDoNotOverflow) {
  const std::vector<float> weights = {1e-45F, -1e-44F, 3e-38F};
  for (const float x : widened(quantised(weights, 1, 3)))
    EXPECT_LT(std::fabs(x), 4e-38F);
  EXPECT_EQ(quantised(std::vector<float>{1e-45F}, 1, 1).numbers[0], 0);
}

}  // namespace
}  // namespace cantus::infer
