// A network with its optimiser: takes training steps, alone or as one of several workers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "neural/train/checkpoint.h"
#include "neural/train/fit_settings.h"
#include "neural/train/low_rank.h"
#include "neural/train/network.h"
#include "neural/train/optimiser.h"
#include "neural/train/workers/gradient_sums.h"
#include "neural/train/workers/workers.h"

namespace cantus::train {

struct LearntStep {
  double loss = 0.0;  ///< nats a token, of the whole batch
  double rate = 0.0;
  double gradient_norm = 0.0;
  bool stop = false;  ///< a worker wants to stop; the same everywhere
};

/// All workers hold the same weights. Each computes its rows of the same batch; gradients are
/// added up, so that the step is that of one process but for the last bits.
class Learner {
 public:
  /// Begins with `weights`, or where that is empty with random ones. `workers` is null for a
  /// process alone; it and the settings outlive this.
  Learner(const FitSettings& settings,
          at::Device device,
          const std::vector<float>& weights,
          Workers* workers);

  Network& network() { return network_; }

  /// Fails where a worker is gone. `total_steps` 0 where it is not known yet.
  Result<LearntStep> learn(const Batch& batch,
                           std::int64_t step,
                           std::int64_t total_steps,
                           bool stop);

  /// Nats a token of the average's weights, or of the network's where there is none.
  Result<double> validate(const std::vector<Batch>& batches);

  void keep_in(Checkpoint& checkpoint);
  /// Refuses tensors of other sizes.
  Result<void> restore(const Checkpoint& checkpoint);
  /// The first worker's weights and moments, in all.
  Result<void> copy_from_first();

  /// The average becomes the weights, where there is one.
  void settle();

 private:
  double learn_own(const Batch& batch, double factor);
  void seed_dropout(std::int64_t step) const;

  const FitSettings& settings_;
  at::Device device_;
  Workers* workers_;
  Network network_;
  std::optional<Optimiser> optimiser_;
  std::unique_ptr<LowRank> low_rank_;
  std::unique_ptr<GradientSums> sums_;
};

}  // namespace cantus::train
