// Trains the drummer on the groove collection and writes its weights and card.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "neural/train/performer/evaluation.h"

namespace cantus::performer {

struct FitSettings {
  std::filesystem::path data;
  std::filesystem::path out;  ///< NAME.safetensors; NAME.json is written beside it
  std::uint64_t seed = 1;
  double epochs = 12.0;
  int batch = 256;
  double rate = 2e-3;  ///< at its highest; down to nothing along half a cosine
  double decay = 0.01;
  double drop = 0.1;         ///< share of hidden values
  double hides_style = 0.5;  ///< how often the style is not said, and the dynamics
  int looks = 8;             ///< at validation
};

/// Keeps the averaged weights of the best validation likelihood, told nothing but the pattern.
/// Returns that likelihood in nats a hit. `said` is told of each look.
Result<double> fit(const FitSettings& settings,
                   const std::function<void(const std::string&)>& said);

/// How a performance's deviations are shared between neighbours, and the means that touches deviate
/// from, measured on the training performances: fills in `shares` and `centres`.
void measure_habits(std::span<const Performance> performances, touch::TouchWeights& weights);

/// Adds the rows of `compare` to the card of `weights` under `split`.
Result<void> add_figures(const std::filesystem::path& weights,
                         const std::string& split,
                         std::span<const Row> rows);

}  // namespace cantus::performer
