// The kernels without vector instructions: the reference the others are held to, and the fallback.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "neural/infer/kernels.h"

namespace cantus::infer {

const Kernels& scalar_kernels();

/// a · b + c rounded once: the bits of a fused multiply-add, on processors that have none (where
/// std::fma takes ten times as long). The product is exact in double precision; the sum is rounded
/// to odd, after which rounding to float is harmless (Boldo and Melquiond 2008).
inline float fused_once(float a, float b, float c) {
  const double product = static_cast<double>(a) * static_cast<double>(b);
  const auto addend = static_cast<double>(c);
  const double sum = product + addend;
  const double other = sum - product;
  const double error = (product - (sum - other)) + (addend - other);  // exact: Knuth's two-sum
  auto bits = std::bit_cast<std::int64_t>(sum);
  const bool inexact = error > 0.0 || error < 0.0;
  const bool outwards = (error > 0.0) == (sum > 0.0);
  if (inexact && bits % 2 == 0) bits += outwards ? 1 : -1;
  return static_cast<float>(std::bit_cast<double>(bits));
}

}  // namespace cantus::infer
