#include "neural/judge/cross_validation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::judge {
namespace {

/// `groups` groups of `rows` rows; `apart` deviations between the sides in the first feature. Each
/// group has a mark of its own in the second: a judge that saw a part of it would know the rest.
Table table_of(std::uint32_t groups, int rows, double apart, std::uint64_t seed) {
  Random random(seed);
  Table table;
  table.features = {{"a", "tells"}, {"a", "mark"}, {"b", "noise"}};
  for (std::uint32_t group = 0; group < groups; ++group) {
    const bool ours = random.uniform() < 0.5;
    const double mark = random.uniform();
    for (int i = 0; i < rows; ++i) {
      const double tells = random.normal() + (ours ? apart : 0.0);
      table.rows.push_back({{tells, mark, random.uniform()}, ours, group});
    }
  }
  return table;
}

TEST(CrossValidation, AGroupIsNeverOnBothSidesAndFoldsAreAlike) {
  const Table table = table_of(60, 3, 0.0, 1);
  const auto folds = folds_of(table, 5, 7);
  std::map<std::uint32_t, int> fold_of_group;
  std::vector<int> ours(5);
  for (std::size_t i = 0; i < folds.size(); ++i) {
    const auto found = fold_of_group.emplace(table.rows[i].group, folds[i]).first;
    EXPECT_EQ(found->second, folds[i]);
    ours[static_cast<std::size_t>(folds[i])] += table.rows[i].ours ? 1 : 0;
  }
  EXPECT_LE(std::ranges::max(ours) - std::ranges::min(ours), 3);
  EXPECT_NE(folds, folds_of(table, 5, 8));
}

TEST(CrossValidation, WhatCannotBeToldIsAboutAHalfEvenWhereGroupsCouldBeRecognised) {
  double sum = 0.0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed)
    sum += area_under(scores_of(table_of(40, 6, 0.0, seed), {5, 1, seed}));
  EXPECT_NEAR(sum / 6.0, 0.5, 0.1);
}

TEST(CrossValidation, WhatCanBeToldIsToldByBothJudgesAndNamed) {
  const auto judged = cross_validate(table_of(150, 1, 2.0, 3), {5, 2, 1});
  // Two normals two deviations apart: the best judge has an area of 0.921.
  EXPECT_GT(area_under(judged.trees), 0.85);
  EXPECT_GT(area_under(judged.logistic), 0.85);
  EXPECT_EQ(std::ranges::max_element(judged.costs) - judged.costs.begin(), 0);
  EXPECT_EQ(std::ranges::max_element(judged.gains) - judged.gains.begin(), 0);
  EXPECT_LT(std::abs(judged.costs[2]), 0.05);
}

}  // namespace
}  // namespace cantus::judge
