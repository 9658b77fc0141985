// What the sections are called of a piece whose form nobody asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "music/score/piece.h"
#include "neural/compose/plan.h"

namespace cantus::compose {

/// Sections with letters are called after what returned: one letter for those of which five bars
/// in eight of the melody are at their places what they are in the first of them. An intro or an
/// outro stays one.
void name_sections(Plan& plan, score::Piece& piece);

}  // namespace cantus::compose
