// Tells what each part of an arrangement is for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "music/score/piece.h"

namespace cantus::theory {

/// Gives a role to every part that has Role::other; roles already given stay. At most one part
/// becomes the melody, and none does where one is there already. A part without notes stays other.
void assign_roles(score::Piece& piece);

}  // namespace cantus::theory
