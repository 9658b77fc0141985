// Whatever the bytes: no crash, and every piece read can be written and read again.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "music/formats/abc/read.h"
#include "music/formats/abc/write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace abc = cantus::formats::abc;
  const auto reading = abc::read({reinterpret_cast<const char*>(data), size});
  if (!reading) return 0;
  for (const cantus::score::Piece& piece : reading->pieces) {
    if (cantus::score::note_count(piece) > 1000 ||
        piece.end > cantus::score::Tick() + cantus::score::beats(2000))
      continue;  // only for the fuzzer's time
    const auto text = abc::write(piece);
    if (!text) {
      CANTUS_CHECK(text.error().code == cantus::ErrorCode::unsupported);
      continue;
    }
    const auto again = abc::read(*text);
    CANTUS_CHECK(again.has_value());
    CANTUS_CHECK(again->pieces.size() == 1);
  }
  return 0;
}
