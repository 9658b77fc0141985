#include "neural/judge/verdict.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"

namespace cantus::judge {
namespace {

Clue clue_of(const Table& table, std::size_t feature) {
  Clue clue;
  clue.feature = table.features[feature];
  std::vector<Scored> scored;
  std::vector<double> people;
  std::vector<double> ours;
  for (const Row& row : table.rows) {
    scored.push_back({row.values[feature], row.ours, row.group});
    (row.ours ? ours : people).push_back(row.values[feature]);
  }
  clue.alone = area_under(scored);
  clue.people = mean_of(people);
  clue.ours = mean_of(ours);
  return clue;
}

/// What is not the verdict itself need not be dealt so often.
ValidationSettings quicker(ValidationSettings settings) {
  settings.repeats = std::min(settings.repeats, 2);
  return settings;
}

std::vector<std::string> families_of(const Table& table) {
  std::vector<std::string> families;
  for (const Feature& feature : table.features) {
    if (std::ranges::find(families, feature.family) == families.end())
      families.push_back(feature.family);
  }
  return families;
}

}  // namespace

Verdict judge(const Table& table, const ValidationSettings& settings) {
  Verdict out;
  out.people = table.count(false);
  out.ours = table.count(true);
  std::set<std::uint32_t> groups;
  for (const Row& row : table.rows)
    groups.insert(row.group);
  out.groups = groups.size();
  const CrossValidated judged = cross_validate(table, settings);
  out.trees = area_with_interval(judged.trees, settings.seed);
  out.logistic = area_with_interval(judged.logistic, settings.seed);
  for (const std::string& family : families_of(table)) {
    out.families.emplace_back(family, area_under(scores_of(table.only(family), quicker(settings))));
  }
  for (std::size_t f = 0; f < table.features.size(); ++f) {
    Clue clue = clue_of(table, f);
    clue.cost = judged.costs[f];
    clue.gain = judged.gains[f];
    out.clues.push_back(clue);
  }
  std::ranges::stable_sort(out.clues, std::ranges::greater{}, &Clue::cost);
  for (const int taken : {5, 10, 20, 40, 80}) {
    if (taken >= static_cast<int>(out.clues.size())) break;
    std::vector<std::size_t> kept;
    for (std::size_t f = 0; f < table.features.size(); ++f) {
      const auto first = out.clues.begin();
      if (std::find_if(first, first + taken, [&](const Clue& clue) {
            return clue.feature == table.features[f];
          }) == first + taken)
        kept.push_back(f);
    }
    out.without.emplace_back(taken, area_under(scores_of(table.only(kept), quicker(settings))));
  }
  return out;
}

std::vector<double> areas_of_halves(const Table& table,
                                    int lots,
                                    const ValidationSettings& settings) {
  std::vector<double> areas;
  for (int lot = 0; lot < lots; ++lot) {
    Random random(settings.seed + static_cast<std::uint64_t>(lot) * 7919);
    std::map<std::uint32_t, bool> called_ours;
    Table half;
    half.features = table.features;
    for (const Row& row : table.rows) {
      if (row.ours) continue;
      const auto side = called_ours.emplace(row.group, false);
      if (side.second) side.first->second = random.below(2) == 0;
      half.rows.push_back({row.values, side.first->second, row.group});
    }
    areas.push_back(area_under(scores_of(half, quicker(settings))));
  }
  return areas;
}

}  // namespace cantus::judge
