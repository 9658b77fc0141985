// Targets without a fused multiply-add cannot give the same bits; vectors of unknown length cannot
// be put in arrays. kernels_scalar.cpp stands in for both.
#define HWY_WANT_AVX3_DL  // for int8: multiplies pairs and adds them in one instruction
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SSE4 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

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

using WholeTag = hn::RebindToSigned<Tag>;
using PairTag = hn::Repartition<std::int16_t, WholeTag>;
using Pair = hn::Vec<PairTag>;

struct Pairs {
  Pair part[kParts];  // [row][2 columns]
};

/// Sixteen sums. Where the products of a pair are not added at once (NEON), `rest` holds a part.
struct WholeLanes {
  hn::Vec<WholeTag> part[kParts];
  hn::Vec<WholeTag> rest[kParts];
};

/// Sixteen rows' pairs of columns: the first stand in the lower halves of words.
HWY_INLINE Lanes load_even(const BFloat16* from) {
  const hn::RebindToUnsigned<Tag> words;
  const auto* at = reinterpret_cast<const std::uint32_t*>(from);
  Lanes out;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
    const auto both = hn::LoadU(words, at + i * kRegister);
    out.part[i] = hn::BitCast(Tag(), hn::ShiftLeft<16>(both));
  }
  return out;
}

/// Where registers are `scarce`, by two instructions instead of one with a mask.
template <bool scarce>
HWY_INLINE Lanes load_odd(const BFloat16* from) {
  const hn::RebindToUnsigned<Tag> words;
  const auto* at = reinterpret_cast<const std::uint32_t*>(from);
  Lanes out;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
    const auto both = hn::LoadU(words, at + i * kRegister);
    if constexpr (scarce && kParts > 1) {
      out.part[i] = hn::BitCast(Tag(), hn::ShiftLeft<16>(hn::ShiftRight<16>(both)));
    } else {
      out.part[i] = hn::BitCast(Tag(), hn::And(both, hn::Set(words, 0xFFFF0000U)));
    }
  }
  return out;
}

HWY_INLINE Pairs load(const std::int8_t* from) {
  const hn::Rebind<std::int8_t, PairTag> bytes;
  Pairs out;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    out.part[i] = hn::PromoteTo(PairTag(), hn::LoadU(bytes, from + i * kRegister * 2));
  return out;
}

HWY_INLINE Pair pair(const std::int16_t* x) {
  std::int32_t both;
  std::memcpy(&both, x, sizeof both);
  return hn::BitCast(PairTag(), hn::Set(WholeTag(), both));
}

HWY_INLINE WholeLanes add_pairs(Pairs weights, Pair x, WholeLanes sum) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
#if HWY_TARGET == HWY_AVX3_DL
    // Highway 1.0 detects VNNI for this target and does not tell the compiler.
    asm("vpdpwssd %2, %1, %0" : "+v"(sum.part[i].raw) : "v"(weights.part[i].raw), "v"(x.raw));
#else
    sum.part[i] =
        hn::ReorderWidenMulAccumulate(WholeTag(), weights.part[i], x, sum.part[i], sum.rest[i]);
#endif
  }
  return sum;
}

HWY_INLINE Lanes as_floats(WholeLanes sum) {
  Lanes out;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
    out.part[i] = hn::ConvertTo(Tag(), hn::RearrangeToOddPlusEven(sum.part[i], sum.rest[i]));
  }
  return out;
}

/// `v` is 1.5 · 2^23 and whole numbers of 16 bits.
HWY_INLINE void store_whole(Lanes v, std::int16_t* to) {
  const hn::Rebind<std::int16_t, WholeTag> shorts;
  const auto magic = hn::Set(WholeTag(), 0x4B400000);
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
    const auto whole = hn::Sub(hn::BitCast(WholeTag(), v.part[i]), magic);
    hn::StoreU(hn::DemoteTo(shorts, whole), shorts, to + i * kRegister);
  }
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
  static constexpr Kernels kKernels = {multiply<float, float>,
                                       multiply<BFloat16, float>,
                                       multiply<std::int8_t, std::int16_t>,
                                       round_inputs,
                                       normalise,
                                       exponentials,
                                       attend<float>,
                                       attend<BFloat16>};
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
  if ((here & HWY_AVX3_DL) != 0) isas.push_back(Isa::avx512_vnni);
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
#if HWY_TARGETS & HWY_AVX3_DL
  if (isa == Isa::avx512_vnni) return N_AVX3_DL::vector_kernels();
#endif
  CANTUS_CHECK(isa == Isa::scalar);
  return scalar_kernels();
}

}  // namespace cantus::infer

#endif
