// **dynam marks as velocities.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "music/formats/humdrum/written.h"

namespace cantus::formats::humdrum {

/// "p", "mf", "ff<": the level it sets, 1 to 127; none for hairpins and sforzandi alone.
std::optional<int> velocity_of(std::string_view mark);

/// Turns every fragment's accent (what `velocity` holds until now) into a velocity: the level of
/// the staff's last mark, its accent on top.
void apply_dynamics(Written& written);

/// The **kern spine that a text or dynamics spine belongs to: of the same staff, else the nearest
/// to the left, else the first.
int kern_of(const Written& written, int spine);

}  // namespace cantus::formats::humdrum
