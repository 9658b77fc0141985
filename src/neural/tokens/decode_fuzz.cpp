// Any ids: what decodes must be a piece that the language says again as it is.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "neural/tokens/decode.h"
#include "neural/tokens/encode.h"

namespace {

using namespace cantus;

/// Two bytes an id, the low one first; a few ids beyond the vocabulary stay.
std::vector<tokens::Token> ids_of(const std::uint8_t* data, std::size_t size) {
  std::vector<tokens::Token> ids;
  for (std::size_t i = 0; i + 1 < size; i += 2) {
    const int id = data[i] + 256 * data[i + 1];
    ids.push_back(static_cast<tokens::Token>(id % (tokens::kVocabularySize + 3)));
  }
  return ids;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto piece = tokens::decode(ids_of(data, size));
  if (!piece) return 0;
  const auto said = tokens::encode(*piece);
  if (!said) return 0;
  const auto again = tokens::decode(said->tokens);
  CANTUS_CHECK(again && *again == tokens::expressible(*piece));
  return 0;
}
