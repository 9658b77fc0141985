#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "neural/train/performer/fit.h"

namespace cantus::performer {
namespace {

using Pair = std::array<double, 2>;  // of velocity, of lateness

/// Deviations in units of the deviation expected; the performance's own mean is taken away.
std::vector<Pair> deviations_of(const Performance& performance, const touch::TouchNet& net) {
  std::vector<Pair> deviations;
  Pair mean = {};
  for (std::size_t i = 0; i < performance.played.size(); ++i) {
    const auto expected = net.expected(performance.score.features(i, {performance.style, false}));
    const Played& played = performance.played[i];
    Pair z = {(played.velocity - expected.velocity) / expected.velocity_spread,
              (played.late_ms - expected.late_ms) / expected.late_spread_ms};
    for (std::size_t k = 0; k < 2; ++k) {
      z[k] = std::clamp(z[k] / std::numbers::sqrt2, -4.0, 4.0);
      mean[k] += z[k];
    }
    deviations.push_back(z);
  }
  for (Pair& z : deviations) {
    for (std::size_t k = 0; k < 2; ++k)
      z[k] -= mean[k] / static_cast<double>(deviations.size());
  }
  return deviations;
}

/// Sums over pairs of hits.
struct Covariance {
  Pair sum = {};
  double pairs = 0.0;

  void add(const Pair& a, const Pair& b) {
    for (std::size_t k = 0; k < 2; ++k)
      sum[k] += a[k] * b[k];
    pairs += 1.0;
  }
  double of(std::size_t k) const { return pairs > 0.0 ? sum[k] / pairs : 0.0; }
};

}  // namespace

void measure_habits(std::span<const Performance> performances, touch::TouchWeights& weights) {
  constexpr score::TickLength kNear = score::beats(1, 2);
  const auto net = touch::TouchNet::from(weights);
  if (!net) return;
  Covariance own;
  Covariance moment;
  Covariance beat;
  std::vector<std::array<double, 2>> centres(touch::kBands + 2);  // sum, count
  const auto centre = [&](std::size_t which, double value) {
    centres[which][0] += value;
    centres[which][1] += 1.0;
  };
  for (const Performance& performance : performances) {
    if (performance.split != corpus::Split::train || performance.played.size() < 16) continue;
    const auto z = deviations_of(performance, *net);
    const auto hits = performance.score.hits();
    for (std::size_t i = 0; i < z.size(); ++i) {
      own.add(z[i], z[i]);
      for (std::size_t j = i + 1; j < z.size() && hits[j].place - hits[i].place <= kNear; ++j)
        (hits[j].place == hits[i].place ? moment : beat).add(z[i], z[j]);
      const auto plain = net->expected(performance.score.features(i, {0, false}));
      const auto banded = net->expected(performance.score.features(i, {0, true}));
      centre(static_cast<std::size_t>(std::clamp(hits[i].velocity, 1, 127) / 16), banded.velocity);
      centre(touch::kBands, plain.velocity);
      centre(touch::kBands + 1, plain.late_ms);
    }
  }
  for (std::size_t k = 0; k < 2 && own.pairs > 0.0; ++k) {
    const double within = own.of(k);
    const double shared = std::clamp(beat.of(k), 0.0, within);
    const double together = std::clamp(moment.of(k), shared, within);
    weights.shares[3 * k] = static_cast<float>(std::sqrt(shared));
    weights.shares[3 * k + 1] = static_cast<float>(std::sqrt(together - shared));
    weights.shares[3 * k + 2] = static_cast<float>(std::sqrt(within - together));
  }
  for (std::size_t i = 0; i < centres.size(); ++i) {
    weights.centres[i] = static_cast<float>(
        centres[i][1] > 0.0 ? centres[i][0] / centres[i][1] : 16.0 * static_cast<double>(i) + 8.0);
  }
}

}  // namespace cantus::performer
