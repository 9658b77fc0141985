// A piece as tokens, bar by bar (docs/formats/tokens.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::tokens {

struct Encoded {
  std::vector<Token> tokens;
  std::size_t header_length = 0;  ///< tokens before the first bar
  /// What the language cannot say and how often: "grace notes", "onsets off the grid", ...
  std::map<std::string, int> dropped;
};

/// Fails with unsupported where a bar is longer than eight beats or the piece has no bars.
Result<Encoded> encode(const score::Piece& piece, int style = 0);

/// What the language can say of a piece: decode(encode(p)) equals expressible(p) for every p.
score::Piece expressible(const score::Piece& piece);

}  // namespace cantus::tokens
