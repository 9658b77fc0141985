// Trains the band's critic and writes its weights, card and curve.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/train/band_critic/deck.h"
#include "neural/train/band_critic/evaluation.h"

namespace cantus::band_critic {

struct FitSettings {
  std::filesystem::path out;   ///< NAME.safetensors; NAME.json and NAME.png are written beside it
  std::filesystem::path from;  ///< weights to begin with, or empty
  std::string against;         ///< for the card: which band
  std::uint64_t seed = 1;
  int steps = 2400;
  int batch = 48;  ///< phrases a step
  double rate = 2e-3;
  double decay = 0.1;
  double drop = 0.25;
  int looks = 8;  ///< at validation
  std::string commit;
  DealSettings deal;
  const std::atomic<bool>* stop = nullptr;  ///< ends early; the best so far is kept
};

/// Keeps the averaged weights of the best look at validation, calibrated on it. Returns its figure
/// of merit. `people` are the phrases of `examples`, for the card; `said` is told of each look.
Result<double> fit(const FitSettings& settings,
                   const std::vector<Example>& examples,
                   std::span<const rolls::Phrase> people,
                   const std::function<void(const std::string&)>& said);

/// Multipliers and offsets with which opinions are log-odds on these cards, good and spoiled alike
/// likely.
void calibrate(Weights& weights, const std::vector<Card>& cards);

}  // namespace cantus::band_critic
