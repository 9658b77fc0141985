#include "neural/judge/cross_validation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/random.h"
#include "neural/judge/logistic.h"
#include "neural/judge/trees.h"

namespace cantus::judge {
namespace {

constexpr int kDeals = 2;

struct Sides {
  std::vector<const Row*> learnt;
  std::vector<std::size_t> judged;  ///< numbers of rows
};

Sides sides_of(const Table& table, const std::vector<int>& fold_of, int fold) {
  Sides sides;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (fold_of[i] == fold)
      sides.judged.push_back(i);
    else
      sides.learnt.push_back(&table.rows[i]);
  }
  return sides;
}

/// Cross-entropy, bits a row, either side counting the same.
double error_of(const BoostedTrees& trees, const std::vector<Row>& rows) {
  double sums[2] = {0.0, 0.0};
  double counts[2] = {0.0, 0.0};
  for (const Row& row : rows) {
    const double odds = trees.score(row.values);
    const int side = row.ours ? 1 : 0;
    sums[side] += std::log2(1.0 + std::exp(row.ours ? -odds : odds));
    ++counts[side];
  }
  return 0.5 * (share_of(sums[0], counts[0]) + share_of(sums[1], counts[1]));
}

void add_costs(const BoostedTrees& trees,
               std::vector<Row> rows,
               Random& random,
               std::vector<double>& costs) {
  const double whole = error_of(trees, rows);
  for (std::size_t f = 0; f < costs.size(); ++f) {
    if (trees.gains()[f] == 0.0) continue;
    std::vector<double> column;
    for (const Row& row : rows)
      column.push_back(row.values[f]);
    const std::vector<double> kept = column;
    for (int deal = 0; deal < kDeals; ++deal) {
      for (std::size_t i = column.size(); i > 1; --i)
        std::swap(column[i - 1], column[random.below(i)]);
      for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].values[f] = column[i];
      costs[f] += (error_of(trees, rows) - whole) / kDeals;
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
      rows[i].values[f] = kept[i];
  }
}

CrossValidated validated(const Table& table, const ValidationSettings& settings, bool all) {
  CrossValidated out;
  for (const Row& row : table.rows)
    out.trees.push_back({0.0, row.ours, row.group});
  out.logistic = out.trees;
  out.gains.assign(table.features.size(), 0.0);
  out.costs = out.gains;
  Random random = Random(settings.seed).fork("deals");
  const double rounds = settings.folds * settings.repeats;
  for (int repeat = 0; repeat < settings.repeats; ++repeat) {
    const std::uint64_t seed = settings.seed * 1000 + static_cast<std::uint64_t>(repeat);
    const auto fold_of = folds_of(table, settings.folds, seed);
    for (int fold = 0; fold < settings.folds; ++fold) {
      const Sides sides = sides_of(table, fold_of, fold);
      TreeSettings how;
      how.seed = seed * 100 + static_cast<std::uint64_t>(fold);
      const auto trees = BoostedTrees::fit(sides.learnt, how);
      for (const std::size_t i : sides.judged)
        out.trees[i].score += trees.score(table.rows[i].values) / settings.repeats;
      if (!all) continue;
      const auto plain = Logistic::fit(sides.learnt);
      std::vector<Row> judged;
      for (const std::size_t i : sides.judged) {
        judged.push_back(table.rows[i]);
        out.logistic[i].score += plain.score(table.rows[i].values) / settings.repeats;
      }
      for (std::size_t f = 0; f < out.gains.size(); ++f)
        out.gains[f] += trees.gains()[f] / rounds;
      add_costs(trees, std::move(judged), random, out.costs);
    }
  }
  for (double& cost : out.costs)
    cost /= rounds;
  return out;
}

}  // namespace

std::vector<int> folds_of(const Table& table, int folds, std::uint64_t seed) {
  struct Group {
    std::uint32_t name = 0;
    double rows[2] = {0.0, 0.0};  ///< by people, ours
    std::uint64_t lot = 0;
  };
  std::map<std::uint32_t, Group> by_name;
  for (const Row& row : table.rows) {
    Group& group = by_name[row.group];
    group.name = row.group;
    ++group.rows[row.ours ? 1 : 0];
  }
  Random random(seed);
  std::vector<Group> groups;
  for (auto& [name, group] : by_name) {
    group.lot = random.next();
    groups.push_back(group);
  }
  // Large groups first, each where its side has fewest rows yet; among equals by lot.
  std::ranges::sort(groups, [](const Group& a, const Group& b) {
    const double more = a.rows[0] + a.rows[1];
    const double less = b.rows[0] + b.rows[1];
    return more != less ? more > less : a.lot < b.lot;
  });
  const auto count = static_cast<std::size_t>(std::max(folds, 1));
  std::vector<std::pair<double, double>> filled(count);
  std::map<std::uint32_t, int> fold_of_group;
  for (const Group& group : groups) {
    const auto load = [&](std::size_t fold) {
      return filled[fold].first * group.rows[0] + filled[fold].second * group.rows[1];
    };
    std::size_t best = random.below(count);
    for (std::size_t fold = 0; fold < count; ++fold) {
      if (load(fold) < load(best)) best = fold;
    }
    filled[best].first += group.rows[0];
    filled[best].second += group.rows[1];
    fold_of_group[group.name] = static_cast<int>(best);
  }
  std::vector<int> out;
  for (const Row& row : table.rows)
    out.push_back(fold_of_group.at(row.group));
  return out;
}

CrossValidated cross_validate(const Table& table, const ValidationSettings& settings) {
  return validated(table, settings, true);
}

std::vector<Scored> scores_of(const Table& table, const ValidationSettings& settings) {
  return validated(table, settings, false).trees;
}

}  // namespace cantus::judge
