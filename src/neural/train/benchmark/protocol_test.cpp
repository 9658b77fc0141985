#include "neural/train/benchmark/protocol.h"

#include <cmath>

#include <gtest/gtest.h>

namespace cantus::benchmark {
namespace {

Roll roll_of(std::initializer_list<std::initializer_list<int>> frames) {
  Roll roll;
  for (const auto& keys : frames) {
    roll.emplace_back();
    for (const int key : keys)
      roll.back().add(key);
  }
  return roll;
}

TEST(Protocol, LongPiecesWeighMoreInOneAverageAndAsMuchInTheOther) {
  const std::vector<FrameLosses> losses{{1.0, 1.0, 1.0}, {5.0}};
  const Figures figures = figures_of(losses);
  EXPECT_DOUBLE_EQ(figures.nats_a_frame, 2.0);
  EXPECT_DOUBLE_EQ(figures.mean_of_pieces, 3.0);
  EXPECT_EQ(figures.frames, 4U);
}

TEST(Protocol, TheMarginalPredictorKnowsHowOftenKeysSoundAndSkipsTheFirstFrame) {
  const std::vector<Roll> train{roll_of({{40}, {40}, {40}, {}})};
  const std::vector<Roll> scored{roll_of({{1, 2, 3}, {40}, {}})};
  const auto losses = marginal_losses(train, scored);
  ASSERT_EQ(losses.at(0).size(), 2U);
  EXPECT_NEAR(losses[0][0], -std::log(0.75), 1e-3);
  EXPECT_NEAR(losses[0][1], -std::log(0.25), 1e-3);
}

TEST(KeySet, HoldsTheKeysAddedInOrder) {
  KeySet keys;
  for (const int key : {87, 0, 63, 64})
    keys.add(key);
  std::vector<int> seen;
  keys.each([&](int key) { seen.push_back(key); });
  EXPECT_EQ(seen, (std::vector<int>{0, 63, 64, 87}));
  EXPECT_EQ(keys.size(), 4);
  EXPECT_EQ(keys.lowest(), 0);
  EXPECT_EQ(keys.highest(), 87);
  EXPECT_FALSE(keys.has(-1));
  EXPECT_FALSE(keys.has(88));
}

TEST(KeySet, MovingDropsWhatLeavesThePiano) {
  KeySet keys;
  keys.add(1);
  keys.add(80);
  EXPECT_EQ(keys.moved(-2).size(), 1);
  EXPECT_TRUE(keys.moved(-2).has(78));
  EXPECT_EQ(keys.moved(5).moved(-5), keys);
}

}  // namespace
}  // namespace cantus::benchmark
