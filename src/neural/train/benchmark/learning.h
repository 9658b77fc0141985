// The loop that trains a DecisionNet: batches in, the best averaged weights on disk.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>

#include "base/random.h"
#include "base/result.h"
#include "neural/train/benchmark/decision_net.h"
#include "neural/train/benchmark/net_file.h"

namespace cantus::benchmark {

struct LearningSettings {
  std::filesystem::path out;   ///< NAME.safetensors
  std::filesystem::path from;  ///< weights to begin with; empty for random ones
  std::uint64_t seed = 1;
  std::int64_t first = 192;
  std::int64_t second = 96;
  std::int64_t third = 32;
  int transpose = 6;  ///< keys up and down in training
  double epochs = 10.0;
  int moments = 64;    ///< a batch
  double rate = 2e-3;  ///< at its highest; down to nothing along half a cosine
  double decay = 0.01;
  double average = 0.998;
  float drop = 0.1F;
  float drop_in = 0.0F;
  int looks = 12;  ///< at validation
  Reading reading;
};

struct LearningTask {
  std::int64_t features = 0;
  std::size_t moments = 0;  ///< in one epoch
  /// Fills in the next batch.
  std::function<void(Random& random, int moments, Decisions& batch)> batch;
  /// The validation loss of averaged weights.
  std::function<double(DecisionNet& net)> look;
};

/// Beside the weights lies NAME.json, the card: settings, seconds, validation. Returns the best
/// validation loss. Fails
/// only where files cannot be read or written.
Result<double> learn(const LearningSettings& settings, const LearningTask& task);

}  // namespace cantus::benchmark
