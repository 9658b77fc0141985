// Scores a model file with the engine that composes, in any of its precisions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/result.h"
#include "neural/infer/precision.h"
#include "neural/train/evaluate.h"
#include "neural/train/scores.h"

namespace cantus::train {

/// As evaluate(), of the same windows; `rows` and `device` do not matter. Matrices as the file
/// holds them where no precision is wanted.
Result<Scores> evaluate_engine(const EvaluateSettings& settings,
                               std::optional<infer::Precision> wanted = std::nullopt);

}  // namespace cantus::train
