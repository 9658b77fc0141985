#include "neural/rolls/likeness.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"

namespace cantus::rolls {
namespace {

constexpr std::uint32_t kOnsetsOfMetre = kPlayers * kBars * kMostSteps * 128;
constexpr std::uint32_t kOnsets = 3 * kOnsetsOfMetre;

std::uint32_t metre_index(score::Metre metre) {
  return metre == score::Metre{4, 4} ? 0 : metre == score::Metre{3, 4} ? 1 : 2;
}

/// Ascending.
std::vector<std::uint32_t> onsets_of(const Roll& roll) {
  std::vector<std::uint32_t> onsets;
  const std::uint32_t first = metre_index(roll.metre) * kOnsetsOfMetre;
  for (std::uint32_t player = 0; player < kPlayers; ++player) {
    for (const RollNote& note : roll.players[player]) {
      const auto step = static_cast<std::uint32_t>(note.onset);
      if (note.onset < 0 || note.onset >= roll.steps() || note.key > 127) continue;
      onsets.push_back(first + (player * kBars * kMostSteps + step) * 128 + note.key);
    }
  }
  std::ranges::sort(onsets);
  const auto again = std::ranges::unique(onsets);
  onsets.erase(again.begin(), again.end());
  return onsets;
}

double distance_of(std::size_t shared, std::size_t a, std::size_t b) {
  const std::size_t either = a + b - shared;
  if (either == 0) return 0.0;
  return 1.0 - static_cast<double>(shared) / static_cast<double>(either);
}

double distance_of(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  std::size_t shared = 0;
  for (auto one = a.begin(), other = b.begin(); one != a.end() && other != b.end();) {
    if (*one == *other)
      ++shared, ++one, ++other;
    else if (*one < *other)
      ++one;
    else
      ++other;
  }
  return distance_of(shared, a.size(), b.size());
}

}  // namespace

double distance(const Roll& a, const Roll& b) {
  return distance_of(onsets_of(a), onsets_of(b));
}

NearestPhrase::NearestPhrase() : phrases_with_(kOnsets) {}

void NearestPhrase::add(const Roll& roll, std::uint32_t group) {
  CANTUS_CHECK(sizes_.size() < std::numeric_limits<std::uint32_t>::max());
  const auto number = static_cast<std::uint32_t>(sizes_.size());
  const auto onsets = onsets_of(roll);
  for (const std::uint32_t onset : onsets)
    phrases_with_[onset].push_back(number);
  sizes_.push_back(static_cast<std::uint32_t>(onsets.size()));
  groups_.push_back(group);
  shared_.push_back(0);
}

std::optional<NearestPhrase::Found> NearestPhrase::nearest(
    const Roll& roll, std::optional<std::uint32_t> except) const {
  const auto onsets = onsets_of(roll);
  for (const std::uint32_t onset : onsets) {
    for (const std::uint32_t phrase : phrases_with_[onset])
      ++shared_[phrase];
  }
  std::optional<Found> best;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    const std::size_t shared = std::exchange(shared_[i], 0);
    if (except && groups_[i] == *except) continue;
    const double apart = distance_of(shared, onsets.size(), sizes_[i]);
    if (!best || apart < best->distance) best = Found{i, apart};
  }
  return best;
}

Variety variety_of(std::span<const Roll> rolls) {
  std::vector<std::vector<std::uint32_t>> onsets;
  for (const Roll& roll : rolls)
    onsets.push_back(onsets_of(roll));
  std::vector<double> nearest(rolls.size(), 1.0);
  double sum = 0.0;
  for (std::size_t i = 0; i < rolls.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double apart = distance_of(onsets[i], onsets[j]);
      sum += apart;
      nearest[i] = std::min(nearest[i], apart);
      nearest[j] = std::min(nearest[j], apart);
    }
  }
  if (rolls.size() < 2) return {};
  const auto count = static_cast<double>(rolls.size());
  Variety out;
  out.mean_distance = sum / (count * (count - 1.0) / 2.0);
  for (const double apart : nearest) {
    out.nearest_distance += apart / count;
    out.nearly_identical += apart < kNearlyIdentical ? 1.0 / count : 0.0;
  }
  return out;
}

}  // namespace cantus::rolls
