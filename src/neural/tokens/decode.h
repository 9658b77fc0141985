// Tokens back to a piece; refuses what the grammar does not allow (docs/formats/tokens.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "base/result.h"
#include "music/score/piece.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::tokens {

/// Errors name the place: "token 57 (duration:12): a duration without a pitch".
Result<score::Piece> decode(std::span<const Token> tokens);

}  // namespace cantus::tokens
