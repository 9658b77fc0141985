// Any bytes as a catalogue: whatever is accepted is written and read back the same.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "neural/packed/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto catalogue =
      cantus::corpus::parse_catalogue({reinterpret_cast<const char*>(data), size});
  if (!catalogue) return 0;
  const std::string written = cantus::corpus::to_json(*catalogue);
  const auto again = cantus::corpus::parse_catalogue(written);
  CANTUS_CHECK(again && cantus::corpus::to_json(*again) == written);
  return 0;
}
