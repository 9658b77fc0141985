// Trains the critic against a composer's pieces and writes its weights, card and curve.
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
#include "neural/train/critic/deck.h"
#include "neural/train/critic/evaluation.h"

namespace cantus::critic {

struct FitSettings {
  std::filesystem::path data;                  ///< holds open/
  std::vector<std::filesystem::path> against;  ///< folders of composed pieces
  std::filesystem::path out;   ///< NAME.safetensors; NAME.json and NAME.png are written beside it
  std::filesystem::path from;  ///< weights to begin with, or empty
  std::uint64_t seed = 1;
  int steps = 4000;
  int batch = 32;  ///< sheets a step
  double rate = 2e-3;
  double decay = 0.05;
  double drop = 0.15;
  int looks = 8;  ///< at validation
  std::string commit;
  DealSettings deal;
  const std::atomic<bool>* stop = nullptr;  ///< ends early; the best so far is kept
};

/// Keeps the averaged weights of the best look at validation, calibrated on it. Returns its figure
/// of merit. `said` is told of each look.
Result<double> fit(const FitSettings& settings,
                   const std::vector<Example>& examples,
                   const std::function<void(const std::string&)>& said);

/// Multipliers and offsets with which opinions are log-odds on these cards, good and spoiled alike
/// likely: fills in `scale` and `shift`.
void calibrate(Weights& weights, const std::vector<Heard>& cards);

}  // namespace cantus::critic
