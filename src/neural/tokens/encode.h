// A piece as tokens, bar by bar (docs/formats/tokens.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"
#include "neural/tokens/bar_words.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::tokens {

struct Encoded {
  std::vector<Token> tokens;
  std::size_t header_length = 0;  ///< tokens before the first bar
  /// What the language cannot say and how often: "grace notes", "onsets off the grid", ...
  std::map<std::string, int> dropped;
};

/// The piece's parts are said in the order of roles, or in the order of these numbers of
/// expressible(piece).parts, where given: whoever comes later in a bar has heard the earlier.
/// Fails with unsupported where a bar is longer than eight beats or the piece has no bars.
Result<Encoded> encode(const score::Piece& piece,
                       const Heading& heading = {},
                       std::span<const std::size_t> order = {});

/// Bars [first, last) as a gap between two sides: the header holds the bars from `last` on, what
/// follows are those before `first` and then the gap itself. Bars count from 0.
Result<Encoded> encode_gap(const score::Piece& piece, const Heading& heading, int first, int last);

/// What the language can say of a piece: decode(encode(p)) equals expressible(p) for every p.
score::Piece expressible(const score::Piece& piece);

}  // namespace cantus::tokens
