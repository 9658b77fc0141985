// Forms that tunes, waltzes, songs and hymns have: which strains return, counted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/random.h"
#include "neural/compose/plan.h"

namespace cantus::compose {

/// Strains of eight bars (a hymn's of four), drawn as often as people's pieces of so many strains
/// have them, and an outro of the bars that are left over. They add up to plan.bars. Nothing where
/// the style has no forms of its own, where its pieces of that length have too many to tell, or
/// where there is no room for two strains.
std::optional<std::vector<FormItem>> usual_form(const Plan& plan, const Random& random);

/// How many bars a piece of about so many should have, of whole strains: the number that most of
/// people's pieces have among those within `near` times, or the nearest. Nothing where the style
/// has no forms of its own or the bars are too few.
std::optional<int> usual_bars(const Style& style, double about, double near);

/// Draws for every section that returns how many of its last bars are new, as people do (habits.h).
void vary_endings(const Style& style, std::vector<FormItem>& form, const Random& random);

}  // namespace cantus::compose
