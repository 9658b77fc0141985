// Tensors of float32 in a safetensors file: u64 header length, JSON header, data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace cantus::train {

struct TensorView {
  std::string name;
  std::vector<std::int64_t> shape;
  std::span<const float> values;  ///< row-major
};

struct StoredTensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

struct TensorFile {
  std::map<std::string, std::string> metadata;
  std::map<std::string, StoredTensor> tensors;
};

/// Written under a temporary name, synced and renamed.
Result<void> write_tensors(const std::filesystem::path& path,
                           const std::map<std::string, std::string>& metadata,
                           std::span<const TensorView> tensors);

/// Refuses anything but float32 and float16 and numbers that do not agree with each other or with
/// the file.
Result<TensorFile> read_tensors(const std::filesystem::path& path);
Result<TensorFile> parse_tensors(std::span<const std::byte> bytes);

}  // namespace cantus::train
