// Trains a network on a packed corpus, so that it may be killed at any moment and go on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/result.h"
#include "neural/train/fit_settings.h"
#include "neural/train/progress.h"
#include "neural/train/scores.h"

namespace cantus::train {

struct FitOutcome {
  bool finished = false;  ///< false where `stop` ended it
  std::int64_t steps = 0;
  double seconds = 0.0;
  double validation = 0.0;          ///< nats a token, at the end; NaN without validation
  double waited_for_data = 0.0;     ///< seconds of this process
  std::optional<Scores> test;       ///< at the first worker
  std::optional<Scores> known;      ///< of as many tokens it was trained on
  std::optional<Scores> base_test;  ///< the base's, where it was to be compared with
};

using ReportProgress = std::function<void(const Progress&)>;

/// Runs to the last step and writes the model, its card and its curve. Being stopped is no failure.
/// Of several workers, each calls this; the first alone reports and writes.
Result<FitOutcome> fit(const FitSettings& settings, const ReportProgress& report);

}  // namespace cantus::train
