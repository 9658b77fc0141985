// Reads MATLAB 5 files of cell arrays of matrices of zeros and ones: piano rolls.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace cantus::benchmark {

struct BitMatrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<std::uint8_t> values;  ///< [row, column], each 0 or 1
};

/// Every variable that is a cell array, by name. Little-endian files only; variables may be
/// compressed. `limit` bounds the bytes of any one variable after inflating. Refuses numbers other
/// than 0 and 1, elements that run past their end, and anything that is no cell array.
Result<std::map<std::string, std::vector<BitMatrix>>> parse_bit_matrices(
    std::span<const std::byte> bytes, std::size_t limit = std::size_t{512} << 20U);

}  // namespace cantus::benchmark
