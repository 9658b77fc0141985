#include "music/theory/tonal_space.h"

#include <cmath>
#include <numbers>

namespace cantus::theory {

TonalCentroid tonal_centroid(std::bitset<12> pitch_classes) {
  constexpr double kPi = std::numbers::pi;
  constexpr std::array<double, 3> kAngles = {7.0 * kPi / 6.0, 3.0 * kPi / 2.0, 2.0 * kPi / 3.0};
  constexpr std::array<double, 3> kRadii = {1.0, 1.0, 0.5};
  TonalCentroid sum = {};
  if (pitch_classes.none()) return sum;
  for (std::size_t p = 0; p < 12; ++p) {
    if (!pitch_classes[p]) continue;
    for (std::size_t circle = 0; circle < 3; ++circle) {
      const double angle = static_cast<double>(p) * kAngles[circle];
      sum[2 * circle] += kRadii[circle] * std::sin(angle);
      sum[2 * circle + 1] += kRadii[circle] * std::cos(angle);
    }
  }
  for (double& coordinate : sum)
    coordinate /= static_cast<double>(pitch_classes.count());
  return sum;
}

double distance(const TonalCentroid& a, const TonalCentroid& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

}  // namespace cantus::theory
