// Any bytes as a MATLAB file: what is accepted has as many numbers as its sizes say, all 0 or 1.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "neural/train/benchmark/mat_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto variables = cantus::benchmark::parse_bit_matrices(
      {reinterpret_cast<const std::byte*>(data), size}, std::size_t{16} << 20U);
  if (!variables) return 0;
  for (const auto& [name, cells] : *variables) {
    for (const cantus::benchmark::BitMatrix& matrix : cells) {
      CANTUS_CHECK(matrix.values.size() == matrix.rows * matrix.columns);
      CANTUS_CHECK(std::ranges::all_of(matrix.values, [](std::uint8_t v) { return v <= 1; }));
    }
  }
  return 0;
}
