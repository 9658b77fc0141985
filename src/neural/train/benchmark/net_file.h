// A DecisionNet in a safetensors file: its averaged weights, its shape and how it reads music.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "neural/train/benchmark/decision_net.h"

namespace cantus::benchmark {

struct StoredNet {
  DecisionNet net;
  bool from_above = false;  ///< keys, or voices, are decided from the highest down
};

Result<void> write_net(const std::filesystem::path& path, const DecisionNet& net, bool from_above);

/// Refuses a file whose tensors do not fit its shape, and one that has not `features` features.
Result<StoredNet> read_net(const std::filesystem::path& path, std::int64_t features);

}  // namespace cantus::benchmark
