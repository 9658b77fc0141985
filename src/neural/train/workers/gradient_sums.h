// Adds gradients up over the workers while the backward pass is still under way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/ATen.h>

#include "base/result.h"
#include "neural/train/workers/workers.h"

namespace cantus::train {

/// Neighbouring gradients form buckets of some megabytes. A bucket's sum begins as soon as the
/// last of its gradients is there; the last blocks' come first. Backward passes visit the same
/// operations in the same order everywhere, so all workers begin the sums in the same order.
class GradientSums {
 public:
  /// `gradients` holds those of all `parameters`, one after another. Both outlive this.
  GradientSums(Workers& workers,
               const std::vector<at::Tensor>& parameters,
               const at::Tensor& gradients);
  ~GradientSums();

  /// The next backward pass is a step's last one: what it leaves is to be summed.
  void arm();

  /// Waits for the sums of the pass after arm().
  Result<void> finish();

  std::size_t buckets() const;
  std::size_t begun() const;  ///< since arm(), by the backward pass itself

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cantus::train
