// When a note really starts: drift, jitter, habits of the role, rolled chords, grace notes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sound/perform/draft.h"

namespace cantus::sound {

/// Moves onsets, and the releases with them, by hundredths of a second at most.
void humanize_timing(const Rehearsal& rehearsal, Draft& draft);

/// Strums guitars, spreads harps, loosens piano chords.
void roll_chords(const Rehearsal& rehearsal, Draft& draft);

/// Puts grace notes before the beat; at the very start of a piece, the others after them.
void place_graces(const Rehearsal& rehearsal, Draft& draft);

}  // namespace cantus::sound
