#include "neural/train/contest/advantages.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

namespace cantus::contest {
namespace {

std::map<int, std::vector<std::size_t>> groups_of(std::span<const Heard> pieces) {
  std::map<int, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < pieces.size(); ++i)
    groups[pieces[i].group].push_back(i);
  return groups;
}

}  // namespace

std::vector<double> advantages(std::span<const Heard> pieces) {
  std::vector<double> out(pieces.size(), 0.0);
  for (const auto& [group, members] : groups_of(pieces)) {
    const auto count = static_cast<double>(members.size());
    double mean = 0.0;
    for (const std::size_t i : members)
      mean += pieces[i].score / count;
    double variance = 0.0;
    for (const std::size_t i : members)
      variance += (pieces[i].score - mean) * (pieces[i].score - mean) / count;
    if (variance < 1e-12) continue;
    for (const std::size_t i : members)
      out[i] = (pieces[i].score - mean) / std::sqrt(variance);
  }
  return out;
}

std::vector<double> best_of(std::span<const Heard> pieces, double share) {
  std::vector<double> out(pieces.size(), 0.0);
  for (auto& [group, members] : groups_of(pieces)) {
    auto order = members;
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::size_t i) { return pieces[i].score; });
    const auto keep = std::max<std::size_t>(
        1, static_cast<std::size_t>(std::floor(share * static_cast<double>(order.size()))));
    for (std::size_t i = 0; i < std::min(keep, order.size()); ++i)
      out[order[i]] = 1.0;
  }
  return out;
}

}  // namespace cantus::contest
