#include "benchmarks/bandwidth.h"

#include <algorithm>
#include <cstring>

namespace cantus::benchmarks {
namespace {

constexpr std::size_t kLine = 64 / sizeof(float);

}  // namespace

Bandwidth::Bandwidth(std::size_t bytes)
    : size_(bytes / sizeof(float) / kLine * kLine), floats_(size_) {
  std::fill_n(floats_.data(), size_, 1.0F);
}

std::uint64_t Bandwidth::read() const {
  std::uint32_t sums[kLine] = {};  // whole numbers: compilers add them in any order, in vectors
  const float* floats = floats_.data();
  for (std::size_t i = 0; i + kLine <= size_; i += kLine) {
    std::uint32_t words[kLine];
    std::memcpy(words, floats + i, sizeof(words));
#pragma GCC ivdep
    for (std::size_t k = 0; k < kLine; ++k)
      sums[k] += words[k];
  }
  std::uint64_t sum = 0;
  for (const std::uint32_t s : sums)
    sum += s;
  return sum;
}

}  // namespace cantus::benchmarks
