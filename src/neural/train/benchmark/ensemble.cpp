#include "neural/train/benchmark/ensemble.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace cantus::benchmark {

Result<std::vector<Group>> read_groups(const std::filesystem::path& models,
                                       const std::string& slug,
                                       std::int64_t features) {
  std::vector<Group> groups;
  for (int number = 1;; ++number) {
    const std::string name = slug + "-" + std::to_string(number);
    const auto path = models / (name + ".safetensors");
    std::error_code ignored;
    if (number > 1 && !std::filesystem::exists(path, ignored)) return groups;
    auto stored = read_net(path, features);
    if (!stored) return tl::unexpected<Error>(stored.error());
    auto group = std::ranges::find(groups, stored->reading, &Group::reading);
    if (group == groups.end()) group = groups.insert(groups.end(), {stored->reading, {}, {}});
    group->nets.push_back(std::move(stored->net));
    group->names.push_back(name);
  }
}

std::vector<FrameLosses> mixture(std::span<const std::vector<FrameLosses>> groups,
                                 std::span<const double> weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<FrameLosses> mixed = groups.front();
  for (std::size_t piece = 0; piece < mixed.size(); ++piece) {
    for (std::size_t t = 0; t < mixed[piece].size(); ++t) {
      double least = std::numeric_limits<double>::infinity();
      for (const auto& group : groups)
        least = std::min(least, group[piece][t]);
      double sum = 0.0;
      for (std::size_t g = 0; g < groups.size(); ++g)
        sum += weights[g] / total * std::exp(least - groups[g][piece][t]);
      mixed[piece][t] = least - std::log(sum);
    }
  }
  return mixed;
}

}  // namespace cantus::benchmark
