// Trains the player of pitched parts on what people shaped in the open MIDI collections.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>

#include "neural/train/performer/fit.h"
#include "neural/train/performer/player_evaluation.h"

namespace cantus::performer {

/// Keeps the averaged weights of the best validation likelihood, and writes NAME.json and the loss
/// curve NAME.png beside them. Returns that likelihood in nats a note. `said` is told of each look.
Result<double> fit_player(const FitSettings& settings,
                          const std::function<void(const std::string&)>& said);

/// Adds the rows of `compare_players` to the card of `weights` under `split`.
Result<void> add_player_figures(const std::filesystem::path& weights,
                                const std::string& split,
                                std::span<const PlayerRow> rows);

}  // namespace cantus::performer
