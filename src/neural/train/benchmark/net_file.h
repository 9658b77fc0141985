// A DecisionNet in a safetensors file of float16: its averaged weights and how it is shown music.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "neural/train/benchmark/decision_net.h"

namespace cantus::benchmark {

/// How a network is shown music.
struct Reading {
  bool from_above = false;  ///< keys, or voices, are decided from the highest down
  bool memory = true;       ///< what followed in the training pieces is known
  bool operator==(const Reading&) const = default;
};

struct StoredNet {
  DecisionNet net;
  Reading reading;
};

Result<void> write_net(const std::filesystem::path& path,
                       const DecisionNet& net,
                       const Reading& reading);

/// Refuses a file whose tensors do not fit its shape, and one that has not `features` features.
Result<StoredNet> read_net(const std::filesystem::path& path, std::int64_t features);

}  // namespace cantus::benchmark
