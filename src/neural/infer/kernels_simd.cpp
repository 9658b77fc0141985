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

// Constructors are written out: GCC would make them for any processor, and those may not call a
// register's own where it has one (NEON).
struct Lanes {
  HWY_INLINE Lanes() {}
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
using ByteTag = hn::Repartition<std::uint8_t, WholeTag>;

/// [row][4 columns], a row's in one word.
struct Quads {
  HWY_INLINE Quads() {}
  hn::Vec<ByteTag> part[kParts];
};

/// Sixteen sums. Where the products of a quad are not added at once (NEON), `rest` holds a part.
struct WholeLanes {
  HWY_INLINE WholeLanes() {}
  hn::Vec<WholeTag> part[kParts];
  hn::Vec<WholeTag> rest[kParts];
};

HWY_INLINE void clear(Lanes& sums) {
  sums = zero();
}
HWY_INLINE void clear(WholeLanes& sums) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    sums.part[i] = sums.rest[i] = hn::Zero(WholeTag());
}

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

HWY_INLINE Quads load(const std::uint8_t* from) {
  Quads out;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    out.part[i] = hn::LoadU(ByteTag(), from + i * kRegister * 4);
  return out;
}

HWY_INLINE hn::Vec<WholeTag> word(const void* from) {
  std::int32_t word;
  std::memcpy(&word, from, sizeof word);
  return hn::Set(WholeTag(), word);
}

/// The low byte of each word.
HWY_INLINE auto low_bytes(One words) {
  const hn::Rebind<std::uint8_t, Tag> bytes;
#if HWY_TARGET == HWY_AVX3_DL
  // Highway 1.0 takes the wrong ones for this target.
  hn::Vec<decltype(bytes)> out;
  asm("vpmovdb %1, %0" : "=v"(out.raw) : "v"(words.raw));
  return out;
#else
  return hn::TruncateTo(bytes, hn::BitCast(hn::RebindToUnsigned<Tag>(), words));
#endif
}

// A quad of inputs is four bytes where they multiply bytes at once, else pairs of columns that are
// two apart.
#if HWY_TARGET == HWY_AVX3_DL

HWY_INLINE hn::Vec<WholeTag> quad(const InputQuad* x) {
  return word(x);
}

HWY_INLINE WholeLanes add_quads(Quads weights, hn::Vec<WholeTag> x, WholeLanes sum) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
    // Highway 1.0 detects VNNI for this target and does not tell the compiler.
    asm("vpdpbusd %2, %1, %0" : "+v"(sum.part[i].raw) : "v"(weights.part[i].raw), "v"(x.raw));
  }
  return sum;
}

/// The low bytes of sixteen words.
HWY_INLINE void store_quads(One whole, InputQuad* to) {
  const hn::Repartition<std::uint32_t, hn::Rebind<std::uint8_t, Tag>> words;
  const hn::Rebind<std::uint64_t, decltype(words)> quads;
  const auto each = hn::PromoteTo(quads, hn::BitCast(words, low_bytes(whole)));
  hn::StoreU(each, quads, reinterpret_cast<std::uint64_t*>(to));
}

#else

struct QuadFactor {
  HWY_INLINE QuadFactor() {}
  HWY_INLINE QuadFactor(hn::Vec<PairTag> e, hn::Vec<PairTag> o) : even(e), odd(o) {}
  hn::Vec<PairTag> even;  // columns 0 and 2
  hn::Vec<PairTag> odd;   // 1 and 3
};

HWY_INLINE QuadFactor quad(const InputQuad* x) {
  return {hn::BitCast(PairTag(), word(x)), hn::BitCast(PairTag(), word(x->of + 2))};
}

HWY_INLINE WholeLanes add_quads(Quads weights, QuadFactor x, WholeLanes sum) {
  const hn::RebindToUnsigned<PairTag> shorts;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
    const auto both = hn::BitCast(shorts, weights.part[i]);
    const auto even = hn::BitCast(PairTag(), hn::And(both, hn::Set(shorts, 0xFF)));
    const auto odd = hn::BitCast(PairTag(), hn::ShiftRight<8>(both));
    sum.part[i] = hn::ReorderWidenMulAccumulate(WholeTag(), even, x.even, sum.part[i], sum.rest[i]);
    sum.part[i] = hn::ReorderWidenMulAccumulate(WholeTag(), odd, x.odd, sum.part[i], sum.rest[i]);
  }
  return sum;
}

/// The low bytes of a register's words, as signed numbers.
HWY_INLINE void store_quads(One v, InputQuad* to) {
  const auto whole = hn::BitCast(WholeTag(), v);
  const hn::Rebind<std::int16_t, WholeTag> shorts;
  alignas(64) static constexpr std::uint8_t kEvenFirst[64] = {
      0,  1,  2,  3,  8, 9, 10, 11, 4,  5,  6,  7,  12, 13, 14, 15, 0,  1,  2,  3, 8, 9,
      10, 11, 4,  5,  6, 7, 12, 13, 14, 15, 0,  1,  2,  3,  8,  9,  10, 11, 4,  5, 6, 7,
      12, 13, 14, 15, 0, 1, 2,  3,  8,  9,  10, 11, 4,  5,  6,  7,  12, 13, 14, 15};
  const auto numbers = hn::ShiftRight<24>(hn::ShiftLeft<24>(whole));
  const auto order = hn::BitCast(WholeTag(), hn::Load(ByteTag(), kEvenFirst));
  hn::StoreU(hn::DemoteTo(shorts, hn::TableLookupBytes(numbers, order)), shorts, to->of);
}

#endif

HWY_INLINE Lanes as_floats(WholeLanes sum, std::int32_t less) {
  Lanes out;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
    const auto whole = hn::RearrangeToOddPlusEven(sum.part[i], sum.rest[i]);
    out.part[i] = hn::ConvertTo(Tag(), hn::Sub(whole, hn::Set(WholeTag(), less)));
  }
  return out;
}

/// `v` is 1.5 · 2^23 and whole numbers, which stand in the low bits; 8 of them are kept.
HWY_INLINE void store_whole(Lanes v, InputQuad* to) {
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i)
    store_quads(v.part[i], to + i * kRegister / 4);
}
HWY_INLINE void store_whole(Lanes v, std::uint8_t* to) {
  const hn::Rebind<std::uint8_t, Tag> bytes;
  HWY_UNROLL(4)
  for (int i = 0; i < kParts; ++i) {
    const auto biased = hn::Xor(low_bytes(v.part[i]), hn::Set(bytes, kByteZero));
    hn::StoreU(biased, bytes, to + i * kRegister);
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

/// Halves on halves, as kernels_scalar.cpp does: lane i with i + 8, then + 4, + 2, + 1.
template <class Join>
HWY_INLINE float joined(Lanes v, const Join& join) {
  const hn::CappedTag<float, 4> four_lanes;
  hn::Vec<decltype(four_lanes)> four;
#if HWY_TARGET == HWY_AVX2
  const auto eight = join(v.part[0], v.part[1]);
  four = join(hn::LowerHalf(eight), hn::UpperHalf(four_lanes, eight));
#elif HWY_TARGET <= HWY_AVX3
  const hn::Half<Tag> eight_lanes;
  const auto eight = join(hn::LowerHalf(v.part[0]), hn::UpperHalf(eight_lanes, v.part[0]));
  four = join(hn::LowerHalf(eight), hn::UpperHalf(four_lanes, eight));
#else
  four = join(join(v.part[0], v.part[2]), join(v.part[1], v.part[3]));
#endif
  four = join(four, hn::Shuffle1032(four));
  return hn::GetLane(join(four, hn::Shuffle2301(four)));
}

HWY_INLINE float sum(Lanes v) {
  return joined(v, [](auto a, auto b) HWY_ATTR { return hn::Add(a, b); });
}

HWY_INLINE float greatest_of(Lanes v) {
  return joined(v, [](auto a, auto b) HWY_ATTR { return hn::Max(a, b); });
}

#include "neural/infer/kernels-inl.h"

}  // namespace

const Kernels& vector_kernels() {
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
