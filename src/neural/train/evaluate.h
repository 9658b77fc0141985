// Scores a model file on a split of a packed corpus.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/packed/packed.h"
#include "neural/train/scores.h"

namespace cantus::train {

struct EvaluateSettings {
  std::filesystem::path model;   ///< NAME.safetensors
  std::filesystem::path corpus;  ///< NAME.pack
  corpus::Split split = corpus::Split::test;
  std::vector<std::string> views;  ///< only sequences of these; empty for all
  std::int64_t tokens = 0;         ///< about how many are scored, spread evenly; 0 for all
  std::int64_t rows = 4;           ///< computed at once
  int threads = 1;
  std::string device = "cpu";
};

/// Refuses a model of another vocabulary than the corpus's.
Result<Scores> evaluate(const EvaluateSettings& settings);

}  // namespace cantus::train
