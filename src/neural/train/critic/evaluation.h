// How well a critic tells people's pieces from composed and from spoiled ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/critic/network.h"
#include "neural/train/critic/music.h"
#include "neural/train/critic/spoil.h"

namespace cantus::critic {

/// The share of pairs in which a person's piece is liked better than the other, ties half: area
/// under the ROC curve, with the interval that holds 95 % of so many resamplings of the pieces.
struct Area {
  std::size_t people = 0;
  std::size_t others = 0;
  double area = 0.5;
  double low = 0.5;
  double high = 0.5;
};

Area area_of(std::span<const double> people, std::span<const double> others, int resamplings);

struct AreaRow {
  std::string against;  ///< "composed, song", "wrong notes", ...
  std::string by;       ///< the aspect's score
  Area area;
};

/// People against composed pieces, by kind and together, by the overall score; people against the
/// same pieces with each fault, by the overall score and the fault's own aspect; the three that are
/// subtle together.
std::vector<AreaRow> evaluate(const Network& network,
                              std::span<const Example> examples,
                              corpus::Split split,
                              int resamplings = 1000);

/// The mean of those that a critic is chosen by: composed, wrong notes, exchanged bars and
/// sections, other chords, late onsets; by the overall score.
double figure_of_merit(std::span<const AreaRow> rows);

Aspect aspect_of(Fault fault);

}  // namespace cantus::critic
