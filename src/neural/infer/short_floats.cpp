#include "neural/infer/short_floats.h"

#include <cmath>

namespace cantus::infer {
namespace {

constexpr std::uint16_t kSign = 0x8000;
constexpr std::uint16_t kInfinity = 0x7C00;  // of float16
constexpr std::uint16_t kNan = 0x7E00;
constexpr float kLargest = 65520.0F;  // from here on the nearest float16 is infinity
constexpr float kNormal = 0x1p-14F;   // the least normal float16

/// `x` to whole multiples of `unit`, a power of two; ties to even.
std::uint32_t units(float x, float unit) {
  const float magic = 0x1p23F * unit;  // whose last bit is one unit
  return std::bit_cast<std::uint32_t>(x + magic) - std::bit_cast<std::uint32_t>(magic);
}

}  // namespace

float widened(Float16 x) {
  const float sign = (x.bits & kSign) != 0 ? -1.0F : 1.0F;
  const unsigned exponent = x.bits >> 10U & 31U;
  const unsigned fraction = x.bits & 1023U;
  if (exponent == 0) return sign * static_cast<float>(fraction) * 0x1p-24F;
  const unsigned wide = exponent == 31 ? 255U : exponent + 112U;
  return sign * std::bit_cast<float>(wide << 23U | fraction << 13U);
}

Float16 float16_of(float x) {
  const auto sign = static_cast<std::uint16_t>(std::signbit(x) ? kSign : 0);
  const float size = std::fabs(x);
  if (std::isnan(x)) return {static_cast<std::uint16_t>(sign | kNan)};
  if (size >= kLargest) return {static_cast<std::uint16_t>(sign | kInfinity)};
  if (size < kNormal) return {static_cast<std::uint16_t>(sign | units(size, 0x1p-24F))};
  const auto bits = std::bit_cast<std::uint32_t>(size);
  const std::uint32_t even = bits >> 13U & 1U;
  const std::uint32_t rounded = (bits + 0xFFFU + even) >> 13U;  // carries into the exponent
  return {static_cast<std::uint16_t>(sign | (rounded - (112U << 10U)))};
}

}  // namespace cantus::infer
