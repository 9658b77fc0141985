// Any bytes as a packed corpus: whatever is accepted can be read to its end.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/check.h"
#include "neural/packed/packed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint64_t> aligned(size / 8 + 1);
  if (size > 0) std::memcpy(aligned.data(), data, size);
  const auto view =
      cantus::corpus::view_packed({reinterpret_cast<const std::byte*>(aligned.data()), size});
  if (!view) return 0;
  for (const cantus::corpus::PackedSequence& sequence : view->sequences) {
    for (const std::uint16_t id : view->tokens.subspan(sequence.first, sequence.length)) {
      CANTUS_CHECK(id < view->vocabulary_size);
    }
  }
  return 0;
}
