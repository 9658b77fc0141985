#include "neural/judge/logistic.h"

#include <algorithm>
#include <cmath>

namespace cantus::judge {
namespace {

constexpr int kSteps = 30;
constexpr double kFarthest = 4.0;  // deviations

/// Lower triangle of a symmetric positive matrix, [row][column].
using Matrix = std::vector<std::vector<double>>;

/// Solves a x = b by Cholesky's factors, which take the place of `a`.
std::vector<double> solved(Matrix& a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (std::size_t k = 0; k < j; ++k)
        sum -= a[i][k] * a[j][k];
      a[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j][j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k)
      b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k)
      b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

double product(std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += a[i] * b[i];
  return sum;
}

}  // namespace

Logistic Logistic::fit(std::span<const Row* const> rows, double penalty) {
  Logistic out;
  const std::size_t features = rows.empty() ? 0 : rows[0]->values.size();
  for (std::size_t f = 0; f < features; ++f) {
    std::vector<double> column;
    for (const Row* row : rows)
      column.push_back(row->values[f]);
    out.means_.push_back(mean_of(column));
    out.deviations_.push_back(deviation_of(column));
  }
  out.weights_.assign(features + 1, 0.0);
  const auto all = static_cast<double>(rows.size());
  const auto ours = static_cast<double>(std::ranges::count(rows, true, &Row::ours));
  std::vector<std::vector<double>> x;
  for (const Row* row : rows)
    x.push_back(out.standardised(row->values));
  for (int step = 0; step < kSteps; ++step) {
    Matrix curvature(features + 1, std::vector<double>(features + 1, 0.0));
    std::vector<double> slope(features + 1, 0.0);
    for (std::size_t f = 0; f <= features; ++f) {
      const double held = f < features ? penalty : 1e-6;  // the constant is free
      slope[f] = -held * out.weights_[f];
      curvature[f][f] = held;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool mine = rows[i]->ours;
      const double weight = share_of(all, 2.0 * (mine ? ours : all - ours));
      const double p = 1.0 / (1.0 + std::exp(-product(out.weights_, x[i])));
      for (std::size_t f = 0; f <= features; ++f) {
        slope[f] += weight * ((mine ? 1.0 : 0.0) - p) * x[i][f];
        const double w = weight * p * (1.0 - p) * x[i][f];
        for (std::size_t g = 0; g <= f; ++g)
          curvature[f][g] += w * x[i][g];
      }
    }
    const std::vector<double> by = solved(curvature, slope);
    double moved = 0.0;
    for (std::size_t f = 0; f <= features; ++f) {
      out.weights_[f] += by[f];
      moved = std::max(moved, std::abs(by[f]));
    }
    if (moved < 1e-8) break;
  }
  return out;
}

double Logistic::score(std::span<const double> values) const {
  return weights_.empty() ? 0.0 : product(weights_, standardised(values));
}

std::vector<double> Logistic::standardised(std::span<const double> values) const {
  std::vector<double> out;
  for (std::size_t f = 0; f < means_.size(); ++f) {
    const double by = deviations_[f] > 1e-12 ? (values[f] - means_[f]) / deviations_[f] : 0.0;
    out.push_back(std::clamp(by, -kFarthest, kFarthest));
  }
  out.push_back(1.0);
  return out;
}

}  // namespace cantus::judge
