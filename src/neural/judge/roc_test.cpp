#include "neural/judge/roc.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::judge {
namespace {

TEST(Roc, TheAreaIsTheShareOfPairsInOrderAndTiesCountAHalf) {
  // ours 3, 1; people 2, 1: of four pairs two are won, one is lost and one is tied.
  const std::vector<Scored> rows = {{3, true, 0}, {1, true, 1}, {2, false, 2}, {1, false, 3}};
  EXPECT_DOUBLE_EQ(area_under(rows), 2.5 / 4.0);
}

TEST(Roc, OneSideAloneIsAHalf) {
  EXPECT_EQ(area_under(std::vector<Scored>{{3, true, 0}}), 0.5);
  EXPECT_EQ(area_under({}), 0.5);
}

TEST(Roc, TurningTheScoresAroundTurnsTheAreaAround) {
  Random random(1);
  std::vector<Scored> rows;
  for (std::uint32_t i = 0; i < 50; ++i)
    rows.push_back({random.uniform(), random.below(2) == 0, i});
  const double before = area_under(rows);
  for (Scored& row : rows)
    row.score = -row.score;
  EXPECT_NEAR(area_under(rows), 1.0 - before, 1e-12);
}

TEST(Roc, AnIntervalHoldsTheAreaAndIsWiderWhereRowsComeInGroups) {
  Random random(2);
  std::vector<Scored> alone;
  std::vector<Scored> in_tens;
  for (std::uint32_t i = 0; i < 400; ++i) {
    const bool ours = i % 2 == 0;
    alone.push_back({random.normal() + (ours ? 0.5 : 0.0), ours, i});
  }
  for (std::uint32_t group = 0; group < 40; ++group) {
    const bool ours = group % 2 == 0;
    const double shared = random.normal() + (ours ? 0.5 : 0.0);
    for (int i = 0; i < 10; ++i)
      in_tens.push_back({shared + 0.1 * random.normal(), ours, group});
  }
  const Area narrow = area_with_interval(alone, 3);
  const Area wide = area_with_interval(in_tens, 3);
  EXPECT_LT(narrow.low, narrow.value);
  EXPECT_GT(narrow.high, narrow.value);
  EXPECT_GT(wide.high - wide.low, 1.5 * (narrow.high - narrow.low));
}

}  // namespace
}  // namespace cantus::judge
