// A network's weights as NAME.safetensors (docs/formats/weights.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "base/result.h"
#include "neural/train/model_shape.h"

namespace cantus::train {

struct ModelFile {
  ModelShape shape;
  std::vector<float> weights;  ///< one after another as in weight_names()
};

/// `weights` as in weight_names().
Result<void> write_model(const std::filesystem::path& path,
                         const ModelShape& shape,
                         std::span<const float> weights);

Result<ModelFile> read_model(const std::filesystem::path& path);

}  // namespace cantus::train
