// Bars of a piece as a piece of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "music/score/piece.h"

namespace cantus::score {

/// What starts in [from, to), moved to begin at 0: notes keep their lengths, chords and sections
/// are cut, and metre, tempo and key are those in force. `from` should start a bar; a pickup is
/// kept where `from` is 0. Every part stays, even one that is silent.
Piece excerpt(const Piece& piece, Tick from, Tick to);

}  // namespace cantus::score
