// Learns how pitched parts are shaped from what people shaped in the open MIDI collections.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "neural/train/performer/player_evaluation.h"

namespace cantus::performer {

struct PlayerSettings {
  std::filesystem::path data;
  std::filesystem::path out;  ///< NAME.safetensors; NAME.json is written beside it
  /// The price of large weights.
  double penalty = 0.01;
  /// Parts of fewer velocities teach nothing; only shaped ones (takes.h) are scored.
  std::size_t fewest_levels = 8;
  /// A part counts as its number of notes to this power: 1 all notes alike, 0 all parts alike.
  double weight_power = 0.5;
};

/// Features and velocities are taken about each part's own means, and velocities in units of its
/// own deviation: what is learnt is the shape, not which parts are loud or lively.
touch::ShaperWeights shaper_from(std::span<const Take> takes,
                                 corpus::Split learnt_from,
                                 const PlayerSettings& settings);

/// Learns from the training split, and writes weights and card. Returns the errors on validation.
Result<PlayerErrors> fit_player(const PlayerSettings& settings);

/// Adds the rows of `compare_players` to the card of `weights` under `split`.
Result<void> add_player_figures(const std::filesystem::path& weights,
                                const std::string& split,
                                std::span<const PlayerRow> rows,
                                const Lateness& late);

}  // namespace cantus::performer
