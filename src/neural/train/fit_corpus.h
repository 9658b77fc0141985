// What a training run reads: the packed corpus, its catalogue, and the windows drawn from them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "neural/packed/catalogue.h"
#include "neural/packed/packed.h"
#include "neural/train/batches_ahead.h"
#include "neural/train/fit_settings.h"
#include "neural/train/training_windows.h"

namespace cantus::train {

class FitCorpus {
 public:
  FitCorpus() = default;
  FitCorpus(const FitCorpus&) = delete;  // the windows point into the corpus
  FitCorpus& operator=(const FitCorpus&) = delete;

  /// Fails where pack and catalogue are missing, broken or not of one making.
  Result<void> open(const std::filesystem::path& pack);

  /// After open(), with the network's shape in the settings.
  Result<void> prepare(const FitSettings& settings);

  const corpus::PackedCorpus& pack() const { return *pack_; }
  const corpus::Catalogue& catalogue() const { return catalogue_; }
  const std::vector<Batch>& validation() const { return validation_; }
  BatchesAhead& batches() { return *batches_; }

 private:
  std::optional<corpus::PackedCorpus> pack_;
  corpus::Catalogue catalogue_;
  std::optional<TrainingWindows> windows_;
  std::vector<Batch> validation_;
  std::optional<BatchesAhead> batches_;
};

}  // namespace cantus::train
