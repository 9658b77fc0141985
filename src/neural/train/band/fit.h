// Trains the band's generator against its discriminator and writes weights, card and curve.
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
#include "neural/band/decide.h"
#include "neural/corpus/phrases.h"
#include "neural/train/band/rivals.h"

namespace cantus::train_band {

struct FitSettings {
  std::filesystem::path phrases;  ///< of `cantus corpus phrases`
  std::filesystem::path out;      ///< NAME.safetensors; NAME.json and NAME.curve.json beside it
  std::filesystem::path run;      ///< folder of checkpoints and moments; goes on from what is there
  RivalSettings rivals;
  int batch = 32;
  std::int64_t steps = 6000;
  std::int64_t alone = 1000;  ///< steps of the autoencoder before the contest begins
  std::int64_t look_every = 250;
  int look_phrases = 256;  ///< of the validation split, generated at each look
  const std::atomic<bool>* stop = nullptr;
};

/// One look at a run: the contest since the look before, and statistics of phrases generated for
/// the conditions of validation phrases, beside those of the phrases themselves.
struct Look {
  std::int64_t step = 0;
  double seconds = 0.0;
  StepFigures figures;
  double distance = 0.0;  ///< mean relative difference of MuseGAN's table from the training row
};

/// A phrase with all that is known of it, ready to be asked for.
band::Conditions conditions_of(const rolls::Phrase& phrase);

/// Phrases generated for these conditions by the averaged generator.
std::vector<rolls::Roll> generated(Rivals& rivals,
                                   std::span<const band::Conditions> asked,
                                   const band::Leanings& leanings,
                                   const band::Rules& rules,
                                   std::uint64_t seed);

Result<void> fit(const FitSettings& settings, const std::function<void(const std::string&)>& said);

}  // namespace cantus::train_band
