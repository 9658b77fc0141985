// How different the pieces of a set are from each other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "neural/critic/sheet.h"

namespace cantus::critic {

/// 0 to 1: half the difference of the shares of melodic figures (two intervals and three lengths in
/// a row), of bars' rhythms and of chord changes, the mean of the three.
double distance(const Sheet& a, const Sheet& b);

/// The mean distance of all pairs; 0 for fewer than two.
double variety(std::span<const Sheet> sheets);

}  // namespace cantus::critic
