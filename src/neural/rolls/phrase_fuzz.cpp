// Any bytes as a file of phrases: what is accepted is tidy and is written as the same phrases
// again. SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "neural/rolls/phrase_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace rolls = cantus::rolls;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto phrases = rolls::parse_phrases(bytes);
  if (!phrases) return 0;
  for (const rolls::Phrase& phrase : *phrases) {
    for (const rolls::Player player : rolls::kAllPlayers) {
      const auto cells = rolls::cells_of(phrase.roll, player);
      CANTUS_CHECK(cells.size() == static_cast<std::size_t>(phrase.roll.steps()) * 128);
    }
  }
  const auto again = rolls::to_bytes(*phrases);
  CANTUS_CHECK(again.has_value());
  const auto twice = rolls::parse_phrases(*again);
  CANTUS_CHECK(twice.has_value());
  CANTUS_CHECK(*twice == *phrases);
  return 0;
}
