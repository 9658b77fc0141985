#include "neural/infer/kernels_scalar.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <hwy/base.h>  // HWY_UNROLL

#include "neural/infer/packed_matrix.h"

namespace cantus::infer {
namespace {

struct Lanes {
  float lane[kLanes];
};
using One = float;
constexpr int kAccumulators = 8;

Lanes spread(One x) {
  Lanes out;
  std::fill_n(out.lane, kLanes, x);
  return out;
}

Lanes zero() {
  return spread(0.0F);
}

Lanes load(const float* from) {
  Lanes out;
  std::copy_n(from, kLanes, out.lane);
  return out;
}

void store(const Lanes& v, float* to) {
  std::copy_n(v.lane, kLanes, to);
}

One broadcast(float x) {
  return x;
}

Lanes fused(const Lanes& a, One b, const Lanes& c) {
  Lanes out;
  for (int i = 0; i < kLanes; ++i)
    out.lane[i] = fused_once(a.lane[i], b, c.lane[i]);
  return out;
}

Lanes fused(const Lanes& a, const Lanes& b, const Lanes& c) {
  Lanes out;
  for (int i = 0; i < kLanes; ++i)
    out.lane[i] = fused_once(a.lane[i], b.lane[i], c.lane[i]);
  return out;
}

Lanes plus(const Lanes& a, const Lanes& b) {
  Lanes out;
  for (int i = 0; i < kLanes; ++i)
    out.lane[i] = a.lane[i] + b.lane[i];
  return out;
}

Lanes times(const Lanes& a, const Lanes& b) {
  Lanes out;
  for (int i = 0; i < kLanes; ++i)
    out.lane[i] = a.lane[i] * b.lane[i];
  return out;
}

/// The second where they do not compare, as x86's vector instructions do.
Lanes greater(const Lanes& a, const Lanes& b) {
  Lanes out;
  for (int i = 0; i < kLanes; ++i)
    out.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
  return out;
}

/// Sixteen sums; unsigned, so that going over the end is defined, as it is in vectors.
struct WholeLanes {
  std::uint32_t lane[kLanes];
};
inline void clear(Lanes& sums) {
  sums = {};
}
inline void clear(WholeLanes& sums) {
  sums = {};
}
struct Quads {
  std::uint8_t lane[kLanes][4];  // [row][4 columns]
};

Lanes load_even(const BFloat16* from) {
  Lanes out;
  for (int i = 0; i < kLanes; ++i)
    out.lane[i] = widened(from[2 * i]);
  return out;
}

template <bool>
Lanes load_odd(const BFloat16* from) {
  return load_even(from + 1);
}

Quads load(const std::uint8_t* from) {
  Quads out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

InputQuad quad(const InputQuad* x) {
  return *x;
}

WholeLanes add_quads(const Quads& weights, InputQuad x, const WholeLanes& sum) {
  WholeLanes out;
  for (int i = 0; i < kLanes; ++i) {
    int all = 0;
    for (int j = 0; j < 4; ++j)
      all += weights.lane[i][j] * x.of[j];
    out.lane[i] = sum.lane[i] + static_cast<std::uint32_t>(all);
  }
  return out;
}

Lanes as_floats(const WholeLanes& sum, std::int32_t less) {
  Lanes out;
  for (int i = 0; i < kLanes; ++i) {
    const std::uint32_t whole = sum.lane[i] - static_cast<std::uint32_t>(less);
    out.lane[i] = static_cast<float>(static_cast<std::int32_t>(whole));
  }
  return out;
}

/// `v` is 1.5 · 2^23 and a whole number, which stands in the low bits; 8 of them are kept.
std::int8_t whole_of(float v) {
  return static_cast<std::int8_t>(std::bit_cast<std::uint32_t>(v) & 0xFFU);
}
void store_whole(const Lanes& v, InputQuad* to) {
  for (int i = 0; i < kLanes; ++i)
    to[i / 4].of[i % 4] = whole_of(v.lane[i]);
}
void store_whole(const Lanes& v, std::uint8_t* to) {
  for (int i = 0; i < kLanes; ++i)
    to[i] = static_cast<std::uint8_t>(whole_of(v.lane[i]) + kByteZero);
}

/// v · 2^n, where n stands in the low bits of `power`.
Lanes scaled_by_power(const Lanes& v, const Lanes& power) {
  Lanes out;
  for (int i = 0; i < kLanes; ++i) {
    out.lane[i] = std::bit_cast<float>(std::bit_cast<std::uint32_t>(v.lane[i]) +
                                       (std::bit_cast<std::uint32_t>(power.lane[i]) << 23U));
  }
  return out;
}

/// Halves on halves: lane i with lane i + 8, then + 4, + 2, + 1.
float sum(Lanes v) {
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i)
      v.lane[i] += v.lane[i + half];
  }
  return v.lane[0];
}

float greatest_of(Lanes v) {
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) {
      v.lane[i] = v.lane[i] > v.lane[i + half] ? v.lane[i] : v.lane[i + half];
    }
  }
  return v.lane[0];
}

#include "neural/infer/kernels-inl.h"

}  // namespace

const Kernels& scalar_kernels() {
  static constexpr Kernels kKernels = {multiply<float, float>,
                                       multiply<BFloat16, float>,
                                       multiply<std::uint8_t, InputQuad>,
                                       round_inputs,
                                       round_to_bytes,
                                       normalise,
                                       exponentials,
                                       attend<float>,
                                       attend<BFloat16>,
                                       attend_whole};
  return kKernels;
}

}  // namespace cantus::infer
