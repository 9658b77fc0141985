// Writes a file of weights again with some of its tensors new.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>

#include "base/result.h"
#include "neural/infer/safetensors.h"

namespace cantus::train_band {

/// The tensors of `from` but those named in `changed`, then these; entries of `metadata` are added
/// or replaced. `to` may be `from`.
Result<void> write_changed(const std::filesystem::path& from,
                           std::span<const infer::NamedTensor> changed,
                           const infer::Metadata& metadata,
                           const std::filesystem::path& to);

}  // namespace cantus::train_band
