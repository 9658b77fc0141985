// Finds the sections of a piece by what comes back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/score/piece.h"

namespace cantus::theory {

/// Sections that cover the piece without gaps, named A, B, C … by first appearance; one that
/// returns, transposed or slightly varied, has the same name. They meet where what comes back
/// starts or ends, and are phrases of 2, 4 or 8 bars (by the piece's length) in between. "Intro"
/// and "Coda" are short ones of their own at the ends. Empty for a piece without notes or of more
/// than 4,000 bars.
std::vector<score::Section> find_sections(const score::Piece& piece);

}  // namespace cantus::theory
