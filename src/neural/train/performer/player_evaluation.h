// How far predictions of how pitched parts are shaped are from what people did, beside baselines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "neural/touch/line_shaper.h"
#include "neural/train/performer/takes.h"

namespace cantus::performer {

/// Of the velocities of shaped parts, as deviations from the part's mean.
struct PlayerErrors {
  std::size_t parts = 0;
  std::size_t notes = 0;
  double velocity = 0.0;         ///< mean absolute error, steps
  double correlation = 0.0;      ///< of deviations, over all notes
  double scale = 0.0;            ///< predictions times which would err least (squares)
  std::size_t better_parts = 0;  ///< parts whose error is below that of their mean
};

struct PlayerRow {
  std::string name;
  PlayerErrors errors;
};

/// Velocity steps above the part's mean, for each note of a take.
using Shape = std::function<std::vector<double>(const Take&)>;

PlayerErrors player_errors(std::span<const Take> takes, corpus::Split split, const Shape& shape);

Shape part_mean();

/// The mean deviation of training notes of the same role at the same place of the bar; nothing
/// where there are fewer than ten.
Shape role_and_position(std::span<const Take> takes);

Shape shaped_by(const touch::LineShaper& shaper);

/// The part's mean, role and place in the bar, and the shaper.
std::vector<PlayerRow> compare_players(const touch::LineShaper& shaper,
                                       std::span<const Take> takes,
                                       corpus::Split split);

/// Milliseconds about the part's mean, for each note of a played take.
std::vector<double> latenesses(const Take& take);

/// Mean absolute errors on the played parts of a split.
struct Lateness {
  std::size_t notes = 0;
  double of_mean_ms = 0.0;
  double player_ms = 0.0;
};
Lateness lateness_errors(const touch::LineShaper& shaper,
                         std::span<const Take> takes,
                         corpus::Split split);

}  // namespace cantus::performer
