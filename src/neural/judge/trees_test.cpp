#include "neural/judge/trees.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/judge/roc.h"

namespace cantus::judge {
namespace {

std::vector<const Row*> pointers_to(const std::vector<Row>& rows) {
  std::vector<const Row*> pointers;
  for (const Row& row : rows)
    pointers.push_back(&row);
  return pointers;
}

/// Ours where one of two numbers, not both, is high: no single number tells.
std::vector<Row> either_or(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < count; ++i) {
    Row row;
    for (int f = 0; f < 5; ++f)
      row.values.push_back(random.uniform());
    row.ours = (row.values[0] > 0.5) != (row.values[3] > 0.4);
    row.group = i;
    rows.push_back(row);
  }
  return rows;
}

double area_of(const BoostedTrees& trees, const std::vector<Row>& rows) {
  std::vector<Scored> scored;
  for (const Row& row : rows)
    scored.push_back({trees.score(row.values), row.ours, row.group});
  return area_under(scored);
}

TEST(Trees, FindWhatNoSingleNumberTells) {
  const auto learnt = either_or(300, 1);
  const auto trees = BoostedTrees::fit(pointers_to(learnt));
  EXPECT_GT(area_of(trees, either_or(300, 2)), 0.95);
}

TEST(Trees, GainsNameTheNumbersThatTell) {
  const auto learnt = either_or(300, 3);
  const auto gains = BoostedTrees::fit(pointers_to(learnt)).gains();
  double sum = 0.0;
  for (const double gain : gains)
    sum += gain;
  EXPECT_NEAR(sum, 1.0, 1e-9);
  EXPECT_GT(gains[0] + gains[3], 0.7);
}

TEST(Trees, TheSameSeedGivesTheSameJudgeAndAnotherSeedAnother) {
  const auto rows = either_or(120, 4);
  TreeSettings other;
  other.seed = 2;
  const double score = BoostedTrees::fit(pointers_to(rows)).score(rows[5].values);
  EXPECT_EQ(score, BoostedTrees::fit(pointers_to(rows)).score(rows[5].values));
  EXPECT_NE(score, BoostedTrees::fit(pointers_to(rows), other).score(rows[5].values));
}

TEST(Trees, StretchedNumbersChangeNothingBecauseOnlyTheOrderIsSeen) {
  const auto rows = either_or(120, 4);
  auto stretched = rows;
  for (Row& row : stretched) {
    for (double& value : row.values)
      value = std::exp(3.0 * value);
  }
  TreeSettings settings;
  settings.row_share = 1.0;  // else a row that a tree was not shown may lie beside its threshold
  const auto first = BoostedTrees::fit(pointers_to(rows), settings);
  const auto second = BoostedTrees::fit(pointers_to(stretched), settings);
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_NEAR(first.score(rows[i].values), second.score(stretched[i].values), 1e-9);
}

TEST(Trees, AStumpCutsExactlyWhereTheSidesPart) {
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < 40; ++i)
    rows.push_back({{static_cast<double>(i)}, i >= 13, i});
  TreeSettings settings;
  settings.trees = 1;
  settings.depth = 1;
  settings.row_share = 1.0;
  const auto stump = BoostedTrees::fit(pointers_to(rows), settings);
  EXPECT_LT(stump.score(std::vector<double>{12.4}), 0.0);
  EXPECT_GT(stump.score(std::vector<double>{12.6}), 0.0);
}

TEST(Trees, WithNothingToTellTheyDoNotDecide) {
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < 30; ++i)
    rows.push_back({{1.0, 2.0}, i % 3 == 0, i});
  const auto trees = BoostedTrees::fit(pointers_to(rows));
  EXPECT_EQ(trees.gains(), (std::vector<double>{0.0, 0.0}));
  EXPECT_EQ(BoostedTrees::fit({}).score({}), 0.0);
}

}  // namespace
}  // namespace cantus::judge
