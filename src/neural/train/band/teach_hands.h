// Teaches the players' hands: from people's phrases, stroke by stroke, with the generator fixed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/band/hands.h"
#include "neural/rolls/phrase.h"

namespace cantus::train_band {

struct HandLessons {
  std::filesystem::path from;  ///< weights of fit or settle; hands in it are taught further
  std::filesystem::path out;   ///< the same weights with the hands
  std::int64_t steps = 2000;
  int phrases_a_step = 40;
  double rate = 2e-3;
  int first = 192;  ///< neurons
  int second = 128;
  double forgetting = 0.1;  ///< share of the first layer left out at random (dropout)
  double deafness = 0.0;    ///< share of what a hand hears left out at random
  double decay = 0.0;       ///< of weights, of the rate (AdamW)
  double trusting = 0.6;    ///< share of lessons in which the generator's noise is partly believed
  double slips =
      0.0;  ///< share of its own strokes that a hand misremembers, in half of the lessons
  double bands = 0.75;                       ///< share of phrases from the collections of bands
  std::optional<band::HandManners> manners;  ///< written with the hands, in place of what was there
  std::optional<std::string> preferred;  ///< players that the automatic engine gives to the band
  std::uint64_t seed = 1;
  const std::atomic<bool>* stop = nullptr;
};

/// Fails with a sentence where the weights cannot be read or too few phrases are of bands.
Result<void> teach_hands(const HandLessons& lessons,
                         const std::vector<rolls::Phrase>& phrases,
                         const std::function<void(const std::string&)>& said);

}  // namespace cantus::train_band
