// How hard a note is struck: accents of the metre, the arch of the phrase, the hand's unevenness.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sound/perform/draft.h"

namespace cantus::sound {

/// Where phrases start, as indices into the draft, ascending; the first is 0 unless it is empty.
std::vector<std::size_t> phrase_starts(const Rehearsal& rehearsal, const Draft& draft);

void humanize_velocity(const Rehearsal& rehearsal, Draft& draft);

}  // namespace cantus::sound
