// The data elements a MATLAB 5 file is made of: a tag, then bytes (MAT-File Format, chapter 1).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace cantus::benchmark {

enum class MatType : std::uint32_t {
  int8 = 1,
  uint8 = 2,
  int16 = 3,
  uint16 = 4,
  int32 = 5,
  uint32 = 6,
  single = 7,
  real = 9,
  matrix = 14,
  compressed = 15
};

struct MatElement {
  MatType type{};
  std::span<const std::byte> data;
  std::size_t size_in_file = 0;  ///< with tag and padding
};

/// The element that begins at `at`. Refuses one that runs past the end.
Result<MatElement> element_at(std::span<const std::byte> bytes, std::size_t at);

/// The numbers of an element as zeros and ones; refuses other numbers and other types.
Result<std::vector<std::uint8_t>> bits_of(const MatElement& element);

/// Inflates a zlib stream; refuses a broken one and one that gives more than `limit` bytes.
Result<std::vector<std::byte>> inflate_all(std::span<const std::byte> packed, std::size_t limit);

}  // namespace cantus::benchmark
