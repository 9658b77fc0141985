// The noise a phrase is made of: of the phrase, each bar, each player, and each player's bar.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "neural/band/beat_grid.h"

namespace cantus::band {

constexpr int kPhraseNoise = 24;
constexpr int kBarNoise = 12;
constexpr int kPlayerNoise = 12;
constexpr int kCellNoise = 8;  ///< of a player's bar
constexpr int kTokenNoise = kPhraseNoise + kBarNoise + kPlayerNoise + kCellNoise;

constexpr int kNoise = kPhraseNoise + rolls::kBars * kBarNoise + kPlayers * kPlayerNoise +
                       rolls::kBars * kPlayers * kCellNoise;

struct Latents {
  std::array<float, kPhraseNoise> phrase{};
  std::array<std::array<float, kBarNoise>, rolls::kBars> bars{};
  std::array<std::array<float, kPlayerNoise>, kPlayers> players{};
  std::array<std::array<std::array<float, kCellNoise>, kPlayers>, rolls::kBars> cells{};

  friend bool operator==(const Latents&, const Latents&) = default;
};

/// The fields in a row: phrase, bars, players, cells.
void write_flat(const Latents& latents, std::span<float, kNoise> out);
Latents from_flat(std::span<const float, kNoise> flat);

/// Normal numbers, mean 0 and deviation 1: what phrases are drawn from (NoisePrior makes noise of
/// them). Each field comes from a stream of its own.
Latents draw_latents(const Random& random);

/// Mean and covariance of the noise that music was found to be made of: noise = mean + root · draw,
/// so that the bars of a drawn phrase are as alike as those of music.
class NoisePrior {
 public:
  /// Draws as they are.
  NoisePrior();
  /// `root` is [kNoise][kNoise], lower triangular with a positive diagonal; fails otherwise.
  static Result<NoisePrior> from(std::vector<float> mean, std::vector<float> root);

  Latents noise_of(const Latents& draw) const;
  /// The draw that noise_of() makes this noise of.
  Latents draw_of(const Latents& noise) const;

 private:
  std::vector<float> mean_, root_;
};

/// Along the great circle between two draws, so that what is between is as likely a draw: `share`
/// 0 gives `from`, 1 gives `to`.
Latents between(const Latents& from, const Latents& to, float share);

/// What the token of this bar and player is told: phrase, bar, player, cell. [kTokenNoise]
void write_noise(const Latents& latents, int bar, rolls::Player player, std::span<float> out);

}  // namespace cantus::band
