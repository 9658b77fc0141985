// The names and shapes of a network's weights in its file (docs/formats/weights.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "neural/train/model_shape.h"

namespace cantus::train {

struct WeightName {
  std::string name;
  std::vector<std::int64_t> shape;
  std::int64_t size() const;
};

/// All weights of a network: matrices first (the embedding, then block by block), then the gains.
std::vector<WeightName> weight_names(const ModelShape& shape);

}  // namespace cantus::train
