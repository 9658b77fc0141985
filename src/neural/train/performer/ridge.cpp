#include "neural/train/performer/ridge.h"

#include <cmath>

namespace cantus::performer {

Ridge::Ridge(std::size_t features)
    : features_(features), products_(features * features), with_target_(features) {}

void Ridge::add(std::span<const double> features, double target, double weight) {
  weight_ += weight;
  for (std::size_t i = 0; i < features_; ++i) {
    if (features[i] == 0.0) continue;
    const double weighted = weight * features[i];
    for (std::size_t j = 0; j <= i; ++j)
      products_[i * features_ + j] += weighted * features[j];
    with_target_[i] += weighted * target;
  }
}

std::vector<double> Ridge::solve(double penalty) const {
  const std::size_t n = features_;
  if (!(weight_ > 0.0)) return std::vector<double>(n);
  std::vector<double> root =
      products_;  // becomes lower triangular: root times itself is the matrix
  for (std::size_t i = 0; i < n; ++i)
    root[i * n + i] += weight_ * penalty + 1e-9;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = root[i * n + j];
      for (std::size_t k = 0; k < j; ++k)
        sum -= root[i * n + k] * root[j * n + k];
      root[i * n + j] = i == j ? std::sqrt(sum) : sum / root[j * n + j];
    }
  }
  std::vector<double> solution = with_target_;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k)
      solution[i] -= root[i * n + k] * solution[k];
    solution[i] /= root[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k)
      solution[i] -= root[k * n + i] * solution[k];
    solution[i] /= root[i * n + i];
  }
  return solution;
}

}  // namespace cantus::performer
