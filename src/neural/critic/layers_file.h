// The critics' weights on disk: layers in float16, calibration in float32.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "neural/critic/layers.h"
#include "neural/infer/safetensors.h"

namespace cantus::critic {

/// A layer as it lies in the file: `name` and `name_bias`.
template <class LayerPointer>
struct FiledLayer {
  std::string_view name;
  int inputs;
  int outputs;
  LayerPointer layer;
};
using LayerToRead = FiledLayer<Layer*>;
using LayerToWrite = FiledLayer<const Layer*>;

struct Calibration {
  std::vector<float> scale;  ///< [scales, aspects]: what opinions are multiplied by
  std::vector<float> shift;  ///< and what is added
};

/// Fails with invalid_input where the format or the version of the marks is another, a tensor is
/// missing or has another size; `who` names the critic in the sentence.
Result<void> read_layers(const infer::SafeTensors& file,
                         const infer::Metadata& wanted,
                         std::string_view who,
                         std::span<const LayerToRead> layers,
                         const infer::Shape& calibrated,
                         Calibration& calibration);

/// Fails with invalid_input where a size is another or a number is not finite.
Result<void> check_layers(std::string_view who,
                          std::span<const LayerToWrite> layers,
                          int calibrated,
                          const Calibration& calibration);

/// Written under a temporary name, synced and renamed.
Result<void> write_layers(const std::filesystem::path& path,
                          const infer::Metadata& metadata,
                          std::span<const LayerToWrite> layers,
                          const infer::Shape& calibrated,
                          const Calibration& calibration);

}  // namespace cantus::critic
