// Folds of the training bands: some pieces held out in place of the file's own held-out ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "neural/rolls/phrase.h"

namespace cantus::train_band {

/// The training phrases alone, those of the fold's bands now on the validation side. Pieces of one
/// group of near duplicates lie in one fold; each fold has about its share of every collection.
/// Fails where there is no such fold, or where it would be empty.
Result<std::vector<rolls::Phrase>> with_fold_held_out(std::vector<rolls::Phrase> phrases,
                                                      int folds,
                                                      int fold,
                                                      std::uint64_t seed);

}  // namespace cantus::train_band
