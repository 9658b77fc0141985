// The network that says how a player shapes the notes of a pitched part: two hidden layers, the
// same bits on every machine. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "neural/touch/line_score.h"

namespace cantus::touch {

constexpr int kPlayerHidden = 32;
constexpr int kPlayerOutputs = 4;

/// Row-major; a row an input.
struct PlayerWeights {
  std::vector<float> first;        ///< [kLineFeatures, kPlayerHidden]
  std::vector<float> first_bias;   ///< [kPlayerHidden]
  std::vector<float> second;       ///< [kPlayerHidden, kPlayerHidden]
  std::vector<float> second_bias;  ///< [kPlayerHidden]
  std::vector<float> out;          ///< [kPlayerHidden, kPlayerOutputs]
  std::vector<float> out_bias;     ///< [kPlayerOutputs]
};

/// What a player would do, as deviations from the part's own mean: medians and mean absolute
/// deviations (of Laplace distributions).
struct Shaped {
  double louder = 0.0;  ///< velocity steps
  double louder_spread = 0.0;
  double later_ms = 0.0;
  double later_spread_ms = 0.0;
};

class PlayerNet {
 public:
  /// Fails with invalid_input where a tensor has another size or a number is not finite.
  static Result<PlayerNet> from(PlayerWeights weights);

  /// Fails as infer::SafeTensors does, and where the file is of another format or shape.
  static Result<PlayerNet> load(const std::filesystem::path& path);

  [[nodiscard]] std::array<float, kPlayerOutputs> outputs(const LineFeatures& features) const;
  Shaped shaped(const LineFeatures& features) const;
  const PlayerWeights& weights() const { return weights_; }

 private:
  explicit PlayerNet(PlayerWeights weights) : weights_(std::move(weights)) {}
  PlayerWeights weights_;
};

/// Float32, under a temporary name, synced and renamed.
Result<void> write_player(const std::filesystem::path& path, const PlayerWeights& weights);

}  // namespace cantus::touch
