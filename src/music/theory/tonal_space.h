// Harte's tonal space: chords and notes as points, near each other where they sound related.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>

namespace cantus::theory {

/// Harte, Sandler and Gasser, "Detecting harmonic change in musical audio" (2006): points on the
/// circles of fifths, minor thirds (both of radius 1) and major thirds (radius 0.5).
using TonalCentroid = std::array<double, 6>;

/// The mean of the pitch classes' points; the origin where there is none.
TonalCentroid tonal_centroid(std::bitset<12> pitch_classes);
/// The same of pitch classes by weight, none of them negative.
TonalCentroid tonal_centroid(const std::array<double, 12>& weights);
double distance(const TonalCentroid& a, const TonalCentroid& b);

}  // namespace cantus::theory
