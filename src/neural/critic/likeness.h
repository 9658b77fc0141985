// How like each other the bars of a sheet are, in whole numbers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "neural/critic/sheet.h"

namespace cantus::critic {

constexpr int kLevels = 5;  ///< 0: less than a quarter in common, 1, 2, 3: three quarters, 4: all

/// Onsets struck in both, of those struck in either on the average; 4 for two silent bars.
int rhythm_likeness(const SheetBar& a, const SheetBar& b);

/// The same of onsets with their heights.
int melody_likeness(const SheetBar& a, const SheetBar& b);

/// Beats with the same root and family.
int chord_likeness(const SheetBar& a, const SheetBar& b);

}  // namespace cantus::critic
