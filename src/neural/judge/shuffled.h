// Pieces spoilt on purpose: a judge that cannot tell them from the whole ones is blind.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/judge/lead_sheets.h"

namespace cantus::judge {

enum class Spoiling {
  notes,  ///< the melody's pitches change places with one another
  bars,   ///< whole bars of the melody do, the chords stay
};

LeadSheet spoilt(const LeadSheet& sheet, Spoiling how, std::uint64_t seed);

/// Pieces as people's beside the same ones spoilt as ours; the two of a piece share a group.
Table spoilt_table(std::span<const LeadSheet> sheets,
                   Spoiling how,
                   Scale scale,
                   const Habits* habits,
                   std::uint64_t seed);

}  // namespace cantus::judge
