// Any bytes are read or refused; what is read is in order.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "music/formats/humdrum/read.h"

namespace {

using namespace cantus;

bool is_sound(const score::Piece& piece) {
  for (const auto& part : piece.parts)
    for (const auto& note : part.notes)
      if (note.onset < score::Tick() || note.length <= score::TickLength() || note.velocity < 1 ||
          note.velocity > 127)
        return false;
  score::Piece again = piece;
  score::tidy(again);
  return again == piece && score::bars_of(piece) >= 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto reading = formats::humdrum::read({reinterpret_cast<const char*>(data), size});
  if (!reading) {
    if (reading.error().message.empty()) std::abort();
    return 0;
  }
  if (reading->pieces.empty() || reading->warnings.size() > 100) std::abort();
  for (const auto& piece : reading->pieces)
    if (!is_sound(piece)) std::abort();
  return 0;
}
