// Loudness: marks, hairpins and accents of a part turned into a velocity for every note.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "music/formats/musicxml/written_score.h"

namespace cantus::formats::musicxml {

/// Sets the velocity of notes that do not say their own. A hairpin runs evenly to the level that
/// follows its end, or one step where none does; an accent is sixteen louder.
void apply_dynamics(WrittenPart& part, std::span<const TickLength> bar_lengths);

}  // namespace cantus::formats::musicxml
