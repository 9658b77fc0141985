// Finds the sections of a piece by what comes back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/score/piece.h"

namespace cantus::theory {

/// Sections of whole phrases (2, 4 or 8 bars, by the piece's length) that cover the piece without
/// gaps, named A, B, C … by first appearance; a section that returns, transposed or slightly
/// varied, has the same name. "Intro" and "Coda" are what is left over before the first phrase and
/// after the last. Empty for a piece without notes or of more than 4,000 bars.
std::vector<score::Section> find_sections(const score::Piece& piece);

}  // namespace cantus::theory
