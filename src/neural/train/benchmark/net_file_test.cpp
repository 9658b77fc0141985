#include "neural/train/benchmark/net_file.h"

#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "neural/train/benchmark/ensemble.h"

namespace cantus::benchmark {
namespace {

constexpr NetShape kShape{20, 16, 6, 3};

class NetFile : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) /
                                  testing::UnitTest::GetInstance()->current_test_info()->name();
};

Decisions some_rows() {
  Decisions rows;
  rows.moments.add(3);
  rows.moments.close();
  for (std::uint32_t feature = 4; feature < 19; ++feature) {
    rows.rows.add(feature, 0.5F);
    rows.rows.add(feature + 1);
    rows.close_row(feature % 2 == 0, 1.0F);
  }
  return rows;
}

TEST_F(NetFile, AStoredNetworkGivesTheSameLogitsToThreeDigits) {
  DecisionNet net(kShape, 5);
  const auto path = folder_ / "net.safetensors";
  ASSERT_TRUE(write_net(path, net, {true, false}));
  auto stored = read_net(path, kShape.features);
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->net.shape(), kShape);
  EXPECT_EQ(stored->reading, (Reading{true, false}));
  const Decisions rows = some_rows();
  const auto expected = net.logits(rows);
  const auto logits = stored->net.logits(rows);
  for (std::size_t r = 0; r < rows.size(); ++r)
    EXPECT_NEAR(logits[r], expected[r], 2e-3);
}

TEST_F(NetFile, OtherFeaturesAreRefused) {
  const auto path = folder_ / "net.safetensors";
  ASSERT_TRUE(write_net(path, DecisionNet(kShape, 5), {}));
  const auto stored = read_net(path, kShape.features + 1);
  ASSERT_FALSE(stored);
  EXPECT_THAT(stored.error().message, testing::HasSubstr("trained with other features"));
}

TEST_F(NetFile, NetworksThatAreShownMusicInTheSameWayAreOneGroup) {
  for (const int number : {1, 2, 3}) {
    const auto path = folder_ / ("x-" + std::to_string(number) + ".safetensors");
    ASSERT_TRUE(write_net(path, DecisionNet(kShape, 5), {number == 2, true}));
  }
  const auto groups = read_groups(folder_, "x", kShape.features);
  ASSERT_TRUE(groups) << groups.error().message;
  ASSERT_EQ(groups->size(), 2U);
  EXPECT_THAT((*groups)[0].names, testing::ElementsAre("x-1", "x-3"));
  EXPECT_FALSE(read_groups(folder_, "y", kShape.features));
}

TEST(Mixture, IsTheMeanProbability) {
  const std::vector<std::vector<FrameLosses>> groups{{{-std::log(0.5)}}, {{-std::log(0.1)}}};
  const std::vector<double> weights{1.0, 3.0};
  EXPECT_NEAR(mixture(groups, weights)[0][0], -std::log(0.25 * 0.5 + 0.75 * 0.1), 1e-12);
}

TEST(DecisionNet, LearnsWhichFeatureMeansYes) {
  DecisionNet net(kShape, 5);
  Decisions rows = some_rows();
  const double first = net.learn(rows, {0.02});
  double last = first;
  for (int step = 0; step < 300; ++step)
    last = net.learn(rows, {0.02});
  EXPECT_LT(last, 0.05 * first);
}

}  // namespace
}  // namespace cantus::benchmark
