// Scores of n-gram models on the tokens a network is scored on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/packed/catalogue.h"
#include "neural/packed/packed.h"
#include "neural/train/scores.h"

namespace cantus::train {

struct Baselines {
  Scores uniform;
  Scores unigram;
  Scores bigram;
  Scores five_gram;
};

/// Trained on the tokens after the headers' starts of the training split, as they are (not
/// transposed). A sequence whose header leaves no room in `context` is not scored.
/// With `views`, both learn and are scored on sequences of these views alone.
Result<Baselines> score_baselines(const corpus::PackedCorpus& corpus,
                                  const corpus::Catalogue& catalogue,
                                  corpus::Split split,
                                  std::int64_t context,
                                  const std::vector<std::string>& views = {});

}  // namespace cantus::train
