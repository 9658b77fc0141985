// Any bytes either fail with a sentence or give pieces that come back from being written.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "music/formats/midi/read.h"
#include "music/formats/midi/write.h"
#include "music/score/piece.h"

namespace {

/// All but the lengths of notes: of more than 16 unisons inside unisons the writer exchanges ends.
cantus::score::Piece without_lengths(cantus::score::Piece piece) {
  for (cantus::score::Part& part : piece.parts) {
    for (cantus::score::Note& note : part.notes)
      note.length = cantus::score::TickLength(1);
  }
  tidy(piece);
  return piece;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace midi = cantus::formats::midi;
  const auto reading = midi::read({reinterpret_cast<const char*>(data), size});
  if (!reading) {
    CANTUS_CHECK(!reading.error().message.empty());
    return 0;
  }
  CANTUS_CHECK(reading->warnings.size() <= 100);
  for (const cantus::score::Piece& piece : reading->pieces) {
    const auto bytes = midi::write(piece);
    CANTUS_CHECK(bytes);
    const auto again = midi::read(*bytes);
    CANTUS_CHECK(again && again->pieces.size() == 1);
    CANTUS_CHECK(without_lengths(again->pieces.front()) == without_lengths(piece));
  }
  return 0;
}
