// A small random network and its logits, for the parity test of the inference engine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace cantus::train {

/// Writes tiny.safetensors and tiny_expected.json ({"tokens": [...], "logits": [[...]...]}) into
/// `folder`: width 64, 2 layers, 4 heads, hidden 96, vocabulary 97, computed by LibTorch's own
/// operations.
Result<void> write_fixture(const std::filesystem::path& folder);

}  // namespace cantus::train
