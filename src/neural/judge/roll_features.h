// What the judge measures of a four-bar phrase of a band.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neural/judge/table.h"
#include "neural/rolls/roll.h"

namespace cantus::judge {

/// Each player for itself, the drums, and how they play together. Velocities are not looked at, nor
/// the chord track, nor tempo. A player that does not play gives zeros.
Sheet roll_features(const rolls::Roll& roll);

void add_drumming(const rolls::Roll& roll, Sheet& sheet);
void add_pitched_player(const rolls::Roll& roll, rolls::Player player, Sheet& sheet);
void add_together(const rolls::Roll& roll, Sheet& sheet);

/// The steps at which a player strikes, ascending, each once.
std::vector<int> strikes_of(const rolls::Roll& roll, rolls::Player player);

}  // namespace cantus::judge
