#include "music/theory/tonal_space.h"

#include <cmath>
#include <numbers>

namespace cantus::theory {

namespace {

std::array<TonalCentroid, 12> make_points() {
  constexpr double kPi = std::numbers::pi;
  constexpr std::array<double, 3> kAngles = {7.0 * kPi / 6.0, 3.0 * kPi / 2.0, 2.0 * kPi / 3.0};
  constexpr std::array<double, 3> kRadii = {1.0, 1.0, 0.5};
  std::array<TonalCentroid, 12> points = {};
  for (std::size_t p = 0; p < 12; ++p) {
    for (std::size_t circle = 0; circle < 3; ++circle) {
      const double angle = static_cast<double>(p) * kAngles[circle];
      points[p][2 * circle] = kRadii[circle] * std::sin(angle);
      points[p][2 * circle + 1] = kRadii[circle] * std::cos(angle);
    }
  }
  return points;
}

}  // namespace

TonalCentroid tonal_centroid(const std::array<double, 12>& weights) {
  static const std::array<TonalCentroid, 12> points = make_points();
  TonalCentroid sum = {};
  double total = 0.0;
  for (std::size_t p = 0; p < 12; ++p) {
    if (weights[p] == 0.0) continue;
    total += weights[p];
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] += weights[p] * points[p][i];
  }
  if (total == 0.0) return sum;
  for (double& coordinate : sum)
    coordinate /= total;
  return sum;
}

TonalCentroid tonal_centroid(std::bitset<12> pitch_classes) {
  std::array<double, 12> weights = {};
  for (std::size_t p = 0; p < 12; ++p)
    weights[p] = pitch_classes[p] ? 1.0 : 0.0;
  return tonal_centroid(weights);
}

double distance(const TonalCentroid& a, const TonalCentroid& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

}  // namespace cantus::theory
