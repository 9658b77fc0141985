// How far predictions of pitched touch are from what people did, beside plain baselines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "neural/touch/player_net.h"
#include "neural/train/performer/takes.h"

namespace cantus::performer {

/// Of the velocities of shaped parts and the latenesses of played ones, about the part's mean.
struct PlayerErrors {
  std::size_t notes = 0;
  std::size_t timed_notes = 0;
  double louder = 0.0;        ///< mean absolute error, velocity steps
  double later_ms = 0.0;      ///< mean absolute error
  double louder_nats = 0.0;   ///< mean negative log-likelihood, Laplace density
  double later_nats = 0.0;    ///< of milliseconds
  double louder_scale = 0.0;  ///< what predictions times which would err least (squares)
  double later_scale = 0.0;
  double louder_correlation = 0.0;
  double later_correlation = 0.0;
};

struct PlayerRow {
  std::string name;
  PlayerErrors errors;
};

using Shape = std::function<touch::Shaped(const Take&, std::size_t note)>;

PlayerErrors player_errors(std::span<const Take> takes, corpus::Split split, const Shape& shape);

/// The part's mean, and the spreads of the training parts.
Shape part_mean(std::span<const Take> takes);

/// The mean deviation of training notes of the same role at the same place of the bar; of the role
/// where there are fewer than ten.
Shape part_and_position(std::span<const Take> takes);

Shape player(const touch::PlayerNet& net);

std::vector<PlayerRow> compare_players(const touch::PlayerNet& net,
                                       std::span<const Take> takes,
                                       corpus::Split split);

}  // namespace cantus::performer
