#include "sound/mix/biquad.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace cantus::sound {
namespace {

constexpr double kButterworth = std::numbers::sqrt2 / 2.0;

struct Angle {
  double cosine;
  double alpha;
};

Angle angle_of(double hertz, double q, int sample_rate) {
  const double omega = 2.0 * std::numbers::pi * std::clamp(hertz / sample_rate, 1.0e-5, 0.49);
  return {std::cos(omega), std::sin(omega) / (2.0 * q)};
}

Biquad normalized(double b0, double b1, double b2, double a0, double a1, double a2) {
  return {b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0};
}

}  // namespace

Biquad Biquad::high_pass(double cutoff_hz, double q, int sample_rate) {
  const auto [c, alpha] = angle_of(cutoff_hz, q, sample_rate);
  return normalized((1 + c) / 2, -(1 + c), (1 + c) / 2, 1 + alpha, -2 * c, 1 - alpha);
}

Biquad Biquad::low_pass(double cutoff_hz, double q, int sample_rate) {
  const auto [c, alpha] = angle_of(cutoff_hz, q, sample_rate);
  return normalized((1 - c) / 2, 1 - c, (1 - c) / 2, 1 + alpha, -2 * c, 1 - alpha);
}

Biquad Biquad::peak(double centre_hz, double q, double gain_db, int sample_rate) {
  const auto [c, alpha] = angle_of(centre_hz, q, sample_rate);
  const double a = std::pow(10.0, gain_db / 40.0);
  return normalized(1 + alpha * a, -2 * c, 1 - alpha * a, 1 + alpha / a, -2 * c, 1 - alpha / a);
}

Biquad Biquad::low_shelf(double corner_hz, double gain_db, int sample_rate) {
  const auto [c, alpha] = angle_of(corner_hz, kButterworth, sample_rate);
  const double a = std::pow(10.0, gain_db / 40.0);
  const double s = 2 * std::sqrt(a) * alpha;
  return normalized(a * ((a + 1) - (a - 1) * c + s), 2 * a * ((a - 1) - (a + 1) * c),
                    a * ((a + 1) - (a - 1) * c - s), (a + 1) + (a - 1) * c + s,
                    -2 * ((a - 1) + (a + 1) * c), (a + 1) + (a - 1) * c - s);
}

Biquad Biquad::high_shelf(double corner_hz, double gain_db, int sample_rate) {
  const auto [c, alpha] = angle_of(corner_hz, kButterworth, sample_rate);
  const double a = std::pow(10.0, gain_db / 40.0);
  const double s = 2 * std::sqrt(a) * alpha;
  return normalized(a * ((a + 1) + (a - 1) * c + s), -2 * a * ((a - 1) + (a + 1) * c),
                    a * ((a + 1) + (a - 1) * c - s), (a + 1) - (a - 1) * c + s,
                    2 * ((a - 1) - (a + 1) * c), (a + 1) - (a - 1) * c - s);
}

double Biquad::gain_db(double hertz, int sample_rate) const {
  const std::complex<double> z = std::polar(1.0, -2.0 * std::numbers::pi * hertz / sample_rate);
  const std::complex<double> response = (b0 + (b1 + b2 * z) * z) / (1.0 + (a1 + a2 * z) * z);
  return 20.0 * std::log10(std::abs(response));
}

// Doubles decay for thousands of seconds before they are denormal.
void filter(const Biquad& biquad, std::span<float> samples) {
  const auto [b0, b1, b2, a1, a2] = biquad;
  double first = 0.0;
  double second = 0.0;
  for (float& sample : samples) {
    const double x = static_cast<double>(sample);
    const double y = b0 * x + first;
    first = b1 * x - a1 * y + second;
    second = b2 * x - a2 * y;
    sample = static_cast<float>(y);
  }
}

}  // namespace cantus::sound
