// Floats of sixteen bits: bfloat16 and float16, to and from float.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

namespace cantus::infer {

/// The upper half of a float.
struct BFloat16 {
  std::uint16_t bits = 0;
};

/// IEEE 754 half precision.
struct Float16 {
  std::uint16_t bits = 0;
};

/// Exact.
inline float widened(BFloat16 x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16U);
}
float widened(Float16 x);

/// To the nearest, ties to even; what is too large becomes infinite, a NaN stays one.
inline BFloat16 bfloat16_of(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t even = bits >> 16U & 1U;
  const bool is_nan = (bits & 0x7FFFFFFFU) > 0x7F800000U;
  return {
      static_cast<std::uint16_t>(is_nan ? bits >> 16U | 0x40U : (bits + 0x7FFFU + even) >> 16U)};
}
Float16 float16_of(float x);

}  // namespace cantus::infer
