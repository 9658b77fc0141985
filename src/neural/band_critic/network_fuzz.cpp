// Whatever bytes come, a band's critic is loaded or refused with a sentence.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/check.h"
#include "neural/band_critic/network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto network = cantus::band_critic::Network::parse(std::as_bytes(std::span(data, size)));
  CANTUS_CHECK(network || !network.error().message.empty());
  return 0;
}
