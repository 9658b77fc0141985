// A model from a checkpoint, while training goes on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace cantus::train {

/// Writes the model as it is in a checkpoint folder: OUT.safetensors. Returns its step.
Result<std::int64_t> export_checkpoint(const std::filesystem::path& checkpoint,
                                       const std::filesystem::path& out);

}  // namespace cantus::train
