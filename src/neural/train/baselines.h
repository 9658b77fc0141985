// Scores of a uniform, a unigram and a 5-gram model on the tokens a network is scored on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"
#include "neural/packed/catalogue.h"
#include "neural/packed/packed.h"
#include "neural/train/scores.h"

namespace cantus::train {

struct Baselines {
  Scores uniform;
  Scores unigram;
  Scores five_gram;
};

/// Trained on the tokens after the headers' starts of the training split, as they are (not
/// transposed). A sequence whose header leaves no room in `context` is not scored.
Result<Baselines> score_baselines(const corpus::PackedCorpus& corpus,
                                  const corpus::Catalogue& catalogue,
                                  corpus::Split split,
                                  std::int64_t context);

}  // namespace cantus::train
