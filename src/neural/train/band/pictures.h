// Draws a run of the contest: its curves, and phrases as they grew.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/rolls/roll.h"
#include "neural/train/png.h"

namespace cantus::train_band {

/// Three panels over the steps: what the discriminator says of real and made phrases and how often
/// it is right; reconstruction; how far the statistics are from those of the data. `curve` is the
/// JSON that fit writes.
Result<train::Picture> draw_curves(const std::string& curve);

/// Rows of phrases with a line of words before each: players in colours, drums below.
struct RowOfPhrases {
  std::string words;
  std::vector<rolls::Roll> phrases;
};
train::Picture draw_phrases(std::span<const RowOfPhrases> rows);

}  // namespace cantus::train_band
