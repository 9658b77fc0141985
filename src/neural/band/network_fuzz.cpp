// Any bytes as the band's weights: loaded or refused.
#include <cstddef>
#include <cstdint>
#include <span>

#include "neural/band/network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = cantus::infer::SafeTensors::parse(std::as_bytes(std::span(data, size)));
  if (file) (void)cantus::band::BandNet::load(*file);
  return 0;
}
