// **dynam marks as velocities.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "music/formats/humdrum/written.h"

namespace cantus::formats::humdrum {

/// "p", "mf<", "[ff", "sfz": the levels, accents and hairpins in a token, in order; spine 0.
std::vector<Dynamic> dynamics_in(std::string_view token);

/// Turns every fragment's accent (what `velocity` holds until now) into a velocity: its part's
/// level or hairpin there, the accent on top.
void apply_dynamics(Written& written);

/// The **kern spine that a text or dynamics spine belongs to: of the same staff, else the nearest
/// to the left, else the first.
int kern_of(const Written& written, int spine);

}  // namespace cantus::formats::humdrum
