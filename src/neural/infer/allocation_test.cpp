#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include <gtest/gtest.h>

#include "neural/infer/decoder.h"
#include "neural/infer/random_network.h"
#include "neural/infer/sampler.h"

namespace {

std::atomic<long> allocations{0};

void* counted(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// For the whole test program. Memory from malloc must go back to free.
// NOLINTBEGIN(cppcoreguidelines-no-malloc)
void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new[](std::size_t size) {
  return counted(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace cantus::infer {
namespace {

TEST(Allocation, TheCounterCounts) {
  const long before = allocations.load();
  const std::vector<int> some(100);
  EXPECT_EQ(allocations.load(), before + 1);
  EXPECT_EQ(some.size(), 100U);
}

void expect_no_allocation(const Transformer& transformer, int threads) {
  Decoder decoder(transformer, 3, threads);
  const std::vector<Token> prompt(20, 5);
  const std::vector<NextToken> next = {{0, 1}, {1, 2}, {2, 3}};
  Sampler sampler;
  Random random(1);
  sampler.sample(decoder.logits(0), {}, {}, random);  // room for a vocabulary is taken once
  const long before = allocations.load();
  decoder.prefill(0, prompt);
  decoder.copy(0, 1);
  for (int i = 0; i < 10; ++i) {
    decoder.step(next);
    sampler.sample(decoder.logits(0), {}, {.top_k = 5, .top_p = 0.9, .min_p = 0.01}, random);
  }
  decoder.rewind(0, 3);
  EXPECT_EQ(allocations.load(), before)
      << threads << " threads, " << name_of(transformer.precision());
}

TEST(Allocation, DecodingAllocatesNothing) {
  for (const Precision precision : {Precision::float32, Precision::bfloat16, Precision::int8}) {
    for (const int threads : {1, 2}) {
      expect_no_allocation(random_transformer({40, 32, 64, 2, 2, 80, 1e4, ""}, 1, precision),
                           threads);
    }
  }
}

}  // namespace
}  // namespace cantus::infer
