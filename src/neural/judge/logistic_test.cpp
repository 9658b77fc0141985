#include "neural/judge/logistic.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::judge {
namespace {

std::vector<Row> lines_apart(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < count; ++i) {
    Row row{{random.normal(), 10.0 + 3.0 * random.normal(), random.normal()}, false, i};
    const double odds = 2.0 * row.values[0] - (row.values[1] - 10.0) / 3.0;
    row.ours = random.uniform() < 1.0 / (1.0 + std::exp(-odds));
    rows.push_back(row);
  }
  return rows;
}

TEST(Logistic, FindsTheWeightsThatTheRowsWereDrawnWith) {
  const auto rows = lines_apart(4000, 1);
  std::vector<const Row*> all;
  for (const Row& row : rows)
    all.push_back(&row);
  const Logistic judge = Logistic::fit(all, 0.01);
  EXPECT_NEAR(judge.weights()[0], 2.0, 0.2);
  EXPECT_NEAR(judge.weights()[1], -1.0, 0.15);
  EXPECT_NEAR(judge.weights()[2], 0.0, 0.12);
}

TEST(Logistic, APenaltyHoldsTheWeightsEvenWhereARowPartsTheSidesWholly) {
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < 20; ++i)
    rows.push_back({{i < 10 ? 0.0 : 1.0, 7.0}, i >= 10, i});
  std::vector<const Row*> all;
  for (const Row& row : rows)
    all.push_back(&row);
  const Logistic judge = Logistic::fit(all, 1.0);
  EXPECT_TRUE(std::isfinite(judge.weights()[0]));
  EXPECT_GT(judge.weights()[0], 0.5);
  EXPECT_NEAR(judge.weights()[1], 0.0, 1e-9) << "a feature that never changes tells nothing";
  EXPECT_NEAR(judge.score(rows[0].values), -judge.score(rows[19].values), 1e-6);
}

}  // namespace
}  // namespace cantus::judge
