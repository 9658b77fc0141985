#include "neural/infer/exact_math.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

namespace cantus::infer {
namespace {

/// c0 + x (c1 + x (c2 + ...)): one order, two roundings a step.
double polynomial(double x, std::span<const double> coefficients) {
  double sum = 0.0;
  for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c)
    sum = sum * x + *c;
  return sum;
}

/// 1 / n!, or its sign turning, for n = first, first + step, ...: Taylor's series.
template <std::size_t count>
constexpr std::array<double, count> inverse_factorials(int first, int step, double sign) {
  std::array<double, count> terms{};
  double factorial = 1.0;
  int n = 0;
  double turn = 1.0;
  for (std::size_t i = 0; i < count; ++i) {
    for (const int until = first + static_cast<int>(i) * step; n < until;)
      factorial *= ++n;
    terms[i] = turn / factorial;
    turn *= sign;
  }
  return terms;
}

/// 1 / (2 n + 1).
template <std::size_t count>
constexpr std::array<double, count> odd_inverses() {
  std::array<double, count> terms{};
  for (std::size_t i = 0; i < count; ++i)
    terms[i] = 1.0 / static_cast<double>(2 * i + 1);
  return terms;
}

// ln 2 and pi / 2 in two pieces; the first has so few bits that whole multiples of it are exact.
constexpr double kLog2High = 0x1.62e42feep-1;
constexpr double kLog2Low = 0x1.a39ef35793c76p-33;
constexpr double kHalfPiHigh = 0x1.921fb544p+0;
constexpr double kHalfPiLow = 0x1.0b4611a626331p-34;

}  // namespace

double exact_exp(double x) {
  static constexpr auto kTerms = inverse_factorials<14>(0, 1, 1.0);
  const double bounded = std::clamp(x, -700.0, 700.0);
  const double n = std::floor(bounded * 0x1.71547652b82fep+0 + 0.5);
  const double rest = (bounded - n * kLog2High) - n * kLog2Low;  // at most ln 2 / 2
  const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(n) + 1023) << 52U;
  return polynomial(rest, kTerms) * std::bit_cast<double>(exponent);
}

double exact_log(double x) {
  static constexpr auto kTerms = odd_inverses<12>();
  constexpr std::uint64_t kFraction = (std::uint64_t{1} << 52U) - 1;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<double>(static_cast<int>(bits >> 52U) - 1023);
  double m = std::bit_cast<double>((bits & kFraction) | 0x3FF0000000000000U);  // in [1, 2)
  if (m > 0x1.6a09e667f3bcdp+0) {
    m *= 0.5;
    exponent += 1.0;
  }
  const double f = (m - 1.0) / (m + 1.0);  // log m = 2 artanh f, and |f| < 0.172
  return exponent * kLog2High + (exponent * kLog2Low + 2.0 * f * polynomial(f * f, kTerms));
}

SineCosine exact_sine_cosine(double radians) {
  static constexpr auto kSine = inverse_factorials<9>(1, 2, -1.0);
  static constexpr auto kCosine = inverse_factorials<10>(0, 2, -1.0);
  const double n = std::floor(radians * 0x1.45f306dc9c883p-1 + 0.5);
  const double rest = (radians - n * kHalfPiHigh) - n * kHalfPiLow;  // at most pi / 4
  const double sine = rest * polynomial(rest * rest, kSine);
  const double cosine = polynomial(rest * rest, kCosine);
  switch (static_cast<int>(n) % 4) {
    case 0:
      return {sine, cosine};
    case 1:
      return {cosine, -sine};
    case 2:
      return {-sine, -cosine};
    default:
      return {-cosine, sine};
  }
}

}  // namespace cantus::infer
