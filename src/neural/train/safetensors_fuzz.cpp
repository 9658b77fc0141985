// Any bytes as a safetensors file: what is accepted has as many values as its shapes say.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "base/check.h"
#include "neural/train/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = cantus::train::parse_tensors({reinterpret_cast<const std::byte*>(data), size});
  if (!file) return 0;
  for (const auto& [name, tensor] : file->tensors) {
    std::uint64_t values = 1;
    for (const std::int64_t n : tensor.shape)
      values *= static_cast<std::uint64_t>(n);
    CANTUS_CHECK(values == tensor.values.size());
  }
  return 0;
}
