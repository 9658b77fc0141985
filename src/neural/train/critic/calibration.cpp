#include "neural/train/critic/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace cantus::critic {
namespace {

constexpr int kWarmup = 100;

/// Weight of each opinion so that good and spoiled ones weigh one half.
std::array<double, 2> balance(std::span<const Said> said) {
  double good = 0.0;
  for (const Said& one : said)
    good += one.good ? 1.0 : 0.0;
  const double spoiled = static_cast<double>(said.size()) - good;
  return {spoiled > 0.0 ? 0.5 / spoiled : 0.0, good > 0.0 ? 0.5 / good : 0.0};
}

double probability(double odds) {
  return 1.0 / (1.0 + std::exp(-std::clamp(odds, -40.0, 40.0)));
}

}  // namespace

double nats(std::span<const Said> said) {
  double sum = 0.0;
  const auto weights = balance(said);
  for (const Said& one : said) {
    const double p = probability(one.odds);
    sum -= weights[one.good ? 1 : 0] * std::log(std::max(1e-12, one.good ? p : 1.0 - p));
  }
  return sum;
}

std::pair<double, double> platt(std::span<const Said> said) {
  double scale = 1.0;
  double shift = 0.0;
  const auto weights = balance(said);
  if (weights[0] == 0.0 || weights[1] == 0.0) return {scale, shift};
  for (int i = 0; i < 50; ++i) {
    double g0 = 0.0, g1 = 0.0, h00 = 1e-6, h01 = 0.0, h11 = 1e-6;
    for (const Said& one : said) {
      const double w = weights[one.good ? 1 : 0];
      const double p = probability(scale * one.odds + shift);
      const double miss = w * (p - (one.good ? 1.0 : 0.0));
      const double curve = w * p * (1.0 - p);
      g0 += miss * one.odds;
      g1 += miss;
      h00 += curve * one.odds * one.odds;
      h01 += curve * one.odds;
      h11 += curve;
    }
    const double det = h00 * h11 - h01 * h01;
    scale -= std::clamp((h11 * g0 - h01 * g1) / det, -0.5, 0.5);
    shift -= std::clamp((h00 * g1 - h01 * g0) / det, -1.0, 1.0);
  }
  return {std::max(0.05, scale), shift};
}

double rate_at(double peak, int step, int steps) {
  if (step < kWarmup) return peak * (step + 1) / kWarmup;
  const double at = static_cast<double>(step) / steps;
  return peak * 0.5 * (1.0 + std::cos(std::numbers::pi * at)) + 1e-6;
}

}  // namespace cantus::critic
