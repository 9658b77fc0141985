// Any bytes give a piece or a sentence; a piece can be written, and that can be read again.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "music/formats/musicxml/read.h"
#include "music/formats/musicxml/write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace musicxml = cantus::formats::musicxml;
  const auto reading = musicxml::read(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!reading) return 0;
  for (const auto& piece : reading->pieces) {
    if (cantus::score::note_count(piece) > 20000) continue;  // only for the fuzzer's time
    const auto written = musicxml::write(piece);
    if (!written) {
      CANTUS_CHECK(written.error().code == cantus::ErrorCode::unsupported);
      continue;
    }
    CANTUS_CHECK(musicxml::read(*written).has_value());
  }
  return 0;
}
