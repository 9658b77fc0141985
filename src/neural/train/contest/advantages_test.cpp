#include "neural/train/contest/advantages.h"

#include <map>

#include <gtest/gtest.h>

namespace cantus::contest {
namespace {

const std::vector<Heard> kPieces = {{0, 1.0},  {1, -7.0}, {0, 2.5}, {1, 3.0},
                                    {0, -4.0}, {1, 3.5},  {2, 9.0}, {0, 0.25}};

TEST(Advantages, SumToNoughtInEachGroup) {
  const auto found = advantages(kPieces);
  std::map<int, double> sums;
  for (std::size_t i = 0; i < kPieces.size(); ++i)
    sums[kPieces[i].group] += found[i];
  for (const auto& [group, sum] : sums)
    EXPECT_NEAR(sum, 0.0, 1e-12) << "group " << group;
}

TEST(Advantages, HaveADeviationOfOneInAGroup) {
  const auto found = advantages(kPieces);
  double squares = 0.0;
  for (std::size_t i = 0; i < kPieces.size(); ++i) {
    if (kPieces[i].group == 0) squares += found[i] * found[i];
  }
  EXPECT_NEAR(squares / 4.0, 1.0, 1e-12);
}

TEST(Advantages, DoNotDependOnHowEasilyAGroupPleases) {
  std::vector<Heard> moved = kPieces;
  for (Heard& piece : moved) {
    if (piece.group == 1) piece.score = 3.0 * piece.score + 100.0;
  }
  const auto before = advantages(kPieces);
  const auto after = advantages(moved);
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_NEAR(before[i], after[i], 1e-9);
}

TEST(Advantages, AreNoughtWhereAllPiecesPleaseAlike) {
  const std::vector<Heard> alike = {{0, 2.0}, {0, 2.0}, {1, 5.0}};
  EXPECT_EQ(advantages(alike), (std::vector<double>{0.0, 0.0, 0.0}));
}

TEST(Advantages, FilteringKeepsTheBestOfEachGroup) {
  EXPECT_EQ(best_of(kPieces, 0.5), (std::vector<double>{1, 0, 1, 0, 0, 1, 1, 0}));
}

TEST(Advantages, FilteringKeepsOneOfEqualPieces) {
  const std::vector<Heard> alike = {{0, 2.0}, {0, 2.0}, {0, 2.0}};
  EXPECT_EQ(best_of(alike, 0.25), (std::vector<double>{1.0, 0.0, 0.0}));
}

}  // namespace
}  // namespace cantus::contest
