#include "benchmarks/multiplier.h"

#include <algorithm>
#include <ctime>

namespace cantus::benchmarks {
namespace {

constexpr long kTurns = 5'000'000;
constexpr double kSums = 12.0;  // at once: more than latency times instructions a cycle

#if defined(__x86_64__)

// Twelve independent sums, none of which waits for another. In assembler, because a compiler would
// see that nothing is computed.
#define TWELVE(line) \
  line(0) line(1) line(2) line(3) line(4) line(5) line(6) line(7) line(8) line(9) line(10) line(11)
#define TURNS(line)                                                                           \
  long turns = kTurns;                                                                        \
  asm volatile("1:\n" TWELVE(line) "sub $1, %0\njnz 1b\nvzeroupper"                           \
               : "+r"(turns)::"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", \
                 "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "cc")

void fused_256() {
#define LINE(n) "vfmadd231ps %%ymm14, %%ymm15, %%ymm" #n "\n"
  TURNS(LINE);
#undef LINE
}

void fused_512() {
#define LINE(n) "vfmadd231ps %%zmm14, %%zmm15, %%zmm" #n "\n"
  TURNS(LINE);
#undef LINE
}

void pairs_256() {
#define LINE(n)                          \
  "vpmaddwd %%ymm14, %%ymm15, %%ymm13\n" \
  "vpaddd %%ymm13, %%ymm" #n ", %%ymm" #n "\n"
  TURNS(LINE);
#undef LINE
}

void pairs_512() {
#define LINE(n)                          \
  "vpmaddwd %%zmm14, %%zmm15, %%zmm13\n" \
  "vpaddd %%zmm13, %%zmm" #n ", %%zmm" #n "\n"
  TURNS(LINE);
#undef LINE
}

void added_quads_512() {
#define LINE(n) "vpdpbusd %%zmm14, %%zmm15, %%zmm" #n "\n"
  TURNS(LINE);
#undef LINE
}

struct Loop {
  void (*run)() = nullptr;
  double products = 0.0;  ///< of one sum's instructions
};

Loop loop_of(infer::Isa isa, infer::Precision precision) {
  const bool whole = precision == infer::Precision::int8;
  switch (isa) {
    case infer::Isa::avx2:
      return whole ? Loop{pairs_256, 16.0} : Loop{fused_256, 8.0};
    case infer::Isa::avx512:
      return whole ? Loop{pairs_512, 32.0} : Loop{fused_512, 16.0};
    case infer::Isa::avx512_vnni:
      return whole ? Loop{added_quads_512, 64.0} : Loop{fused_512, 16.0};
    default:
      return {};
  }
}

#else

struct Loop {
  void (*run)() = nullptr;
  double products = 0.0;
};
Loop loop_of(infer::Isa, infer::Precision) {
  return {};
}

#endif

}  // namespace

double most_products(infer::Isa isa, infer::Precision precision) {
  const Loop loop = loop_of(isa, precision);
  if (loop.run == nullptr) return 0.0;
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const double start = thread_seconds();
    loop.run();
    best = std::min(best, thread_seconds() - start);
  }
  return static_cast<double>(kTurns) * kSums * loop.products / best;
}

double thread_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace cantus::benchmarks
