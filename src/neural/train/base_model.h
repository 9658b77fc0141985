// The model that a training run begins from, and how it takes in a larger vocabulary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/train/model_file.h"

namespace cantus::train {

/// `model` is models/NAME or models/NAME.safetensors.
Result<ModelFile> read_base(const std::filesystem::path& model);

/// The base with a row of the embedding for each of `names`. Where there are more names than rows,
/// the new rows are the mean of the old ones and a little seeded noise. Fails where the first names
/// are not those the base was trained with.
Result<ModelFile> with_vocabulary(ModelFile base,
                                  std::span<const std::string> names,
                                  std::uint64_t seed);

/// The card beside the base, empty where there is none.
std::string read_base_card(const std::filesystem::path& model);

}  // namespace cantus::train
