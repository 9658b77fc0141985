#include "benchmarks/bandwidth.h"

namespace cantus::benchmarks {

std::uint64_t Bandwidth::read() const {
  std::uint64_t sum = 0;  // whole numbers: compilers add them in any order, in vectors
  for (const std::uint64_t word : words_)
    sum += word;
  return sum;
}

}  // namespace cantus::benchmarks
