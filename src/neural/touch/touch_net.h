// The network that says how a drummer plays a hit of a score: two hidden layers, the same bits on
// every machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "neural/touch/drum_score.h"

namespace cantus::touch {

constexpr int kHidden = 64;
constexpr int kOutputs = 4;
constexpr int kBands = 8;  ///< of velocity, sixteen steps each

/// Row-major; a row an input, so that features of zero cost nothing.
struct TouchWeights {
  std::vector<float> first;        ///< [kFeatures, kHidden]
  std::vector<float> first_bias;   ///< [kHidden]
  std::vector<float> second;       ///< [kHidden, kHidden]
  std::vector<float> second_bias;  ///< [kHidden]
  std::vector<float> out;          ///< [kHidden, kOutputs]
  std::vector<float> out_bias;     ///< [kOutputs]
  /// [velocity or timing; of the beat, of the moment, of the hit]: how much of the deviation hits
  /// share, as factors whose squares add up to what varies within a performance.
  std::vector<float> shares;
  /// [kBands + 2]: the mean prediction by written band, without bands, and of the lateness in ms:
  /// what a touch is a deviation from.
  std::vector<float> centres;
};

/// What a drummer would do: medians and mean absolute deviations (of Laplace distributions).
struct Expected {
  double velocity = 0.0;
  double velocity_spread = 0.0;
  double late_ms = 0.0;  ///< after its place on the grid
  double late_spread_ms = 0.0;
};

/// From the four outputs of the network.
Expected expected_from(std::array<float, kOutputs> outputs);

class TouchNet {
 public:
  /// Fails with invalid_input where a tensor has another size or a number is not finite.
  static Result<TouchNet> from(TouchWeights weights);

  /// Fails as infer::SafeTensors does, and where the file is of another format or shape.
  static Result<TouchNet> load(const std::filesystem::path& path);

  [[nodiscard]] std::array<float, kOutputs> outputs(const Features& features) const;
  Expected expected(const Features& features) const { return expected_from(outputs(features)); }
  const TouchWeights& weights() const { return weights_; }

 private:
  explicit TouchNet(TouchWeights weights) : weights_(std::move(weights)) {}
  TouchWeights weights_;
};

/// Float32, under a temporary name, synced and renamed.
Result<void> write_touch(const std::filesystem::path& path, const TouchWeights& weights);

}  // namespace cantus::touch
