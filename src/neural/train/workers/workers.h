// The processes that train one network together, and sums over them (torch::distributed with Gloo).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include <ATen/ATen.h>

#include "base/result.h"
#include "neural/train/workers/place.h"

namespace cantus::train {

/// Every worker makes the same calls in the same order with tensors of the same sizes.
class Workers {
 public:
  /// Comes back when all are there. Fails where they are not within `patience`, which later is also
  /// how long a worker waits for another one's part of a sum.
  static Result<std::unique_ptr<Workers>> meet(const Place& place,
                                               std::chrono::milliseconds patience);
  ~Workers();

  const Place& place() const { return place_; }

  /// Begins to replace the contiguous `part` by its sum over the workers, and returns at once. The
  /// bits of the sum are the same everywhere.
  void start_sum(const at::Tensor& part);

  /// Waits for every sum begun. Fails, soon, where a worker is gone.
  Result<void> finish_sums();

  /// start_sum() and finish_sums().
  Result<void> sum(const at::Tensor& part);

  /// Passes a failure on to the others, which would wait for this one: `own` where it failed, else
  /// a failure where another one's did.
  Result<void> agree(const Result<void>& own);

  /// The first worker's values, in all.
  Result<void> copy_from_first(at::Tensor values);

 private:
  struct Group;
  Workers(const Place& place, std::unique_ptr<Group> group);

  Place place_;
  std::unique_ptr<Group> group_;
};

}  // namespace cantus::train
