// The noise a phrase is made of: of the phrase, each bar, each player, and each player's bar.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>

#include "base/random.h"
#include "neural/band/beat_grid.h"

namespace cantus::band {

constexpr int kPhraseNoise = 24;
constexpr int kBarNoise = 12;
constexpr int kPlayerNoise = 12;
constexpr int kCellNoise = 8;  ///< of a player's bar
constexpr int kTokenNoise = kPhraseNoise + kBarNoise + kPlayerNoise + kCellNoise;

/// Each number about normal, mean 0, deviation 1.
struct Latents {
  std::array<float, kPhraseNoise> phrase{};
  std::array<std::array<float, kBarNoise>, rolls::kBars> bars{};
  std::array<std::array<float, kPlayerNoise>, kPlayers> players{};
  std::array<std::array<std::array<float, kCellNoise>, kPlayers>, rolls::kBars> cells{};

  friend bool operator==(const Latents&, const Latents&) = default;
};

/// Each field from a stream of its own, so that one player's noise does not move another's.
Latents draw_latents(const Random& random);

/// Along the great circle between two draws, so that what is between is as likely a draw: `share`
/// 0 gives `from`, 1 gives `to`.
Latents between(const Latents& from, const Latents& to, float share);

/// What the token of this bar and player is told: phrase, bar, player, cell. [kTokenNoise]
void write_noise(const Latents& latents, int bar, rolls::Player player, std::span<float> out);

}  // namespace cantus::band
