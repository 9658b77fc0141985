// What a model is scored on: the windows of a corpus that were asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/packed/catalogue.h"
#include "neural/packed/packed.h"
#include "neural/train/evaluate.h"
#include "neural/train/windows.h"

namespace cantus::train {

struct ScoredData {
  corpus::PackedCorpus corpus;
  corpus::Catalogue catalogue;
  std::vector<Window> windows;
};

/// What of a model decides whether and how it can be scored.
struct Listener {
  std::string vocabulary_hash;
  std::int64_t vocabulary = 0;
  std::int64_t context = 0;
};

/// Opens the settings' corpus; refuses one of another vocabulary than the model's.
Result<ScoredData> scored_data(const EvaluateSettings& settings, const Listener& model);

}  // namespace cantus::train
