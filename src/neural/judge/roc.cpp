#include "neural/judge/roc.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/random.h"

namespace cantus::judge {
namespace {

constexpr std::size_t kResamplings = 2000;

std::vector<Scored> by_score(std::span<const Scored> rows) {
  std::vector<Scored> sorted(rows.begin(), rows.end());
  std::ranges::sort(sorted, {}, &Scored::score);
  return sorted;
}

/// Rows sorted by score, each counting `weight` times.
double weighted_area(std::span<const Scored> sorted, std::span<const double> weights) {
  double people_below = 0.0;
  double won = 0.0;
  double ours_all = 0.0;
  for (std::size_t i = 0; i < sorted.size();) {
    double ours = 0.0;
    double people = 0.0;
    std::size_t end = i;
    for (; end < sorted.size() && sorted[end].score == sorted[i].score; ++end)
      (sorted[end].ours ? ours : people) += weights[end];
    won += ours * (people_below + 0.5 * people);
    ours_all += ours;
    people_below += people;
    i = end;
  }
  const double pairs = ours_all * people_below;
  return pairs > 0.0 ? won / pairs : 0.5;
}

}  // namespace

double area_under(std::span<const Scored> rows) {
  const std::vector<Scored> sorted = by_score(rows);
  return weighted_area(sorted, std::vector<double>(sorted.size(), 1.0));
}

Area area_with_interval(std::span<const Scored> rows, std::uint64_t seed) {
  const std::vector<Scored> sorted = by_score(rows);
  std::map<std::uint32_t, std::size_t> numbers;
  for (const Scored& row : sorted)
    numbers.emplace(row.group, numbers.size());
  Random random(seed);
  std::vector<double> areas;
  std::vector<double> weights(sorted.size());
  for (std::size_t i = 0; i < kResamplings; ++i) {
    std::vector<double> drawn(numbers.size(), 0.0);
    for (std::size_t n = 0; n < drawn.size(); ++n)
      ++drawn[random.below(drawn.size())];
    for (std::size_t n = 0; n < sorted.size(); ++n)
      weights[n] = drawn[numbers.at(sorted[n].group)];
    areas.push_back(weighted_area(sorted, weights));
  }
  std::ranges::sort(areas);
  return {area_under(rows), areas[kResamplings / 40], areas[kResamplings - 1 - kResamplings / 40]};
}

}  // namespace cantus::judge
