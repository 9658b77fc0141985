// How well a band's critic tells people's phrases from programs' and from spoiled ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/band_critic/network.h"
#include "neural/train/band_critic/music.h"
#include "neural/train/band_critic/spoil.h"
#include "neural/train/critic/evaluation.h"

namespace cantus::band_critic {

using critic::Area;
using critic::AreaRow;

/// A phrase's score and the piece it is of.
struct Scored {
  double score = 0.0;
  std::uint32_t group = 0;
};

/// As critic::area_of, but the interval is of resamplings of the pieces, each with all its phrases
/// on both sides.
Area area_of(std::span<const Scored> people, std::span<const Scored> others, int resamplings);

/// People against what each maker plays, by the overall score; people against the same phrases with
/// each fault, by the overall score and the fault's own aspect.
std::vector<AreaRow> evaluate(const Network& network,
                              std::span<const Example> examples,
                              rolls::Split split,
                              int resamplings = 1000);

/// The mean of those that a critic is chosen by: a half for the band's three ways of playing, a
/// half for the faults by their own aspects.
double figure_of_merit(std::span<const AreaRow> rows);

}  // namespace cantus::band_critic
