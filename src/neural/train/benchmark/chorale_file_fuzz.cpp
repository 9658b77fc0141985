// Any bytes as a file of chorales: what is accepted has key numbers that exist.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "base/check.h"
#include "neural/train/benchmark/chorale_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto splits =
      cantus::benchmark::parse_chorales({reinterpret_cast<const char*>(data), size});
  if (!splits) return 0;
  for (const auto& [name, chorales] : *splits) {
    for (const auto& chorale : chorales) {
      for (const auto& sixteenth : chorale) {
        for (const auto& key : sixteenth)
          CANTUS_CHECK(!key || (*key >= 0 && *key <= 127));
      }
    }
  }
  return 0;
}
