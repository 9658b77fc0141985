// Targets without a fused multiply-add cannot give the same bits; vectors of unknown length cannot
// be put in arrays. kernels_scalar.cpp stands in for both.
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SSE4 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "neural/infer/kernels.h"
#include "neural/infer/kernels_scalar.h"
#include "neural/infer/packed_matrix.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neural/infer/kernels_simd.cpp"  // this file, once for each target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

HWY_BEFORE_NAMESPACE();
namespace cantus::infer {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<float, kLanes>;
using One = hn::Vec<Tag>;
constexpr int kRegister = static_cast<int>(hn::MaxLanes(Tag()));
constexpr int kParts = kLanes / kRegister;  // registers that make sixteen lanes
constexpr int kAccumulators = HWY_TARGET == HWY_AVX2 ? 6 : 24 / kParts;

struct Lanes {
  One part[kParts];
};

HWY_INLINE Lanes spread(One x) {
  Lanes out;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    out.part[i] = x;
  return out;
}

HWY_INLINE One broadcast(float x) {
  return hn::Set(Tag(), x);
}
HWY_INLINE Lanes zero() {
  return spread(hn::Zero(Tag()));
}

HWY_INLINE Lanes load(const float* from) {
  Lanes out;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    out.part[i] = hn::LoadU(Tag(), from + i * kRegister);
  return out;
}

HWY_INLINE void store(Lanes v, float* to) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    hn::StoreU(v.part[i], Tag(), to + i * kRegister);
}

HWY_INLINE Lanes fused(Lanes a, One b, Lanes c) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    c.part[i] = hn::MulAdd(a.part[i], b, c.part[i]);
  return c;
}

HWY_INLINE Lanes fused(Lanes a, Lanes b, Lanes c) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    c.part[i] = hn::MulAdd(a.part[i], b.part[i], c.part[i]);
  return c;
}

HWY_INLINE Lanes plus(Lanes a, Lanes b) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    a.part[i] = hn::Add(a.part[i], b.part[i]);
  return a;
}

HWY_INLINE Lanes times(Lanes a, Lanes b) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    a.part[i] = hn::Mul(a.part[i], b.part[i]);
  return a;
}

HWY_INLINE Lanes greater(Lanes a, Lanes b) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    a.part[i] = hn::Max(a.part[i], b.part[i]);
  return a;
}

/// v · 2^n, where n stands in the low bits of `power`.
HWY_INLINE Lanes scaled_by_power(Lanes v, Lanes power) {
  const hn::RebindToSigned<Tag> whole;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
    const auto exponent = hn::ShiftLeft<23>(hn::BitCast(whole, power.part[i]));
    v.part[i] = hn::BitCast(Tag(), hn::Add(hn::BitCast(whole, v.part[i]), exponent));
  }
  return v;
}

/// Halves on halves, as kernels_scalar.cpp does; once a call, so not worth shuffles.
HWY_INLINE float sum(Lanes v) {
  float lane[kLanes];
  store(v, lane);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i)
      lane[i] += lane[i + half];
  }
  return lane[0];
}

HWY_INLINE float greatest_of(Lanes v) {
  float lane[kLanes];
  store(v, lane);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i)
      lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  }
  return lane[0];
}

#include "neural/infer/kernels-inl.h"

}  // namespace

const Kernels& vector_kernels() {
  static constexpr Kernels kKernels = {multiply, normalise, exponentials};
  return kKernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace cantus::infer
HWY_AFTER_NAMESPACE();

#endif

#if HWY_ONCE

namespace cantus::infer {

std::vector<Isa> supported_isas() {
  const std::int64_t here = hwy::SupportedTargets() & HWY_TARGETS;
  std::vector<Isa> isas = {Isa::scalar};
  if ((here & HWY_NEON) != 0) isas.push_back(Isa::neon);
  if ((here & HWY_AVX2) != 0) isas.push_back(Isa::avx2);
  if ((here & HWY_AVX3) != 0) isas.push_back(Isa::avx512);
  return isas;
}

const Kernels& kernels_for(Isa isa) {
#if HWY_TARGETS & HWY_NEON
  if (isa == Isa::neon) return N_NEON::vector_kernels();
#endif
#if HWY_TARGETS & HWY_AVX2
  if (isa == Isa::avx2) return N_AVX2::vector_kernels();
#endif
#if HWY_TARGETS & HWY_AVX3
  if (isa == Isa::avx512) return N_AVX3::vector_kernels();
#endif
  CANTUS_CHECK(isa == Isa::scalar);
  return scalar_kernels();
}

}  // namespace cantus::infer

#endif
