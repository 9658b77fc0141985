// Phrases side by side as the networks read them, and the drawing of what is asked and given.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "neural/band/conditions.h"

namespace cantus::train_band {

constexpr int kTokens = band::kBeats * band::kPlayers;  ///< a bar of three leaves some unused

/// Rows are phrases; a token is a beat and player, by beat, then by player.
struct Batch {
  int rows = 0;
  std::vector<float> conditions;    ///< [rows, kTokens, band::kConditionFeatures]
  std::vector<float> content;       ///< [rows, kTokens, band::kContentFeatures], all players
  std::vector<float> used;          ///< [rows, kTokens]: 1 where the metre has the beat
  std::vector<float> given;         ///< [rows, kTokens]: 1 where the strokes are given
  std::vector<float> plays;         ///< [rows, kTokens]: 1 where the player plays in the bar
  std::vector<std::int64_t> roots;  ///< [rows, kTokens, band::kPlaces]: of the chord
};

/// Of conditions whose `grid` holds every player's strokes; `given` says which of them are told.
Batch batch_of(std::span<const band::Conditions> phrases);

/// What a user might say of a phrase: all of its chords, who plays where, and a random choice of
/// the rest; in half of the draws some players are given.
band::Conditions asked_of(band::Conditions whole, Random& random);

}  // namespace cantus::train_band
