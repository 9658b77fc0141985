// The course of a training run: its time, its loss since the last report, its curve.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

#include "neural/train/checkpoint.h"
#include "neural/train/curve.h"
#include "neural/train/progress.h"

namespace cantus::train {

class Course {
 public:
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  /// The clock begins, or goes on after restore().
  void begin();

  double seconds() const;                            ///< of training, with what came before
  std::uint64_t tokens() const { return tokens_; }   ///< scored in training
  double validation() const { return validation_; }  ///< the last one, nats a token, or kNone
  const Curve& curve() const { return curve_; }

  void add(double nats_a_token, std::int64_t scored);

  /// Ends what is averaged in a point of the curve. `validation` may be kNone.
  Progress report(std::int64_t step, std::int64_t steps, double validation);

  void keep_in(Checkpoint& checkpoint) const;
  void restore(const Checkpoint& checkpoint);

 private:
  using Clock = std::chrono::steady_clock;

  Curve curve_;
  std::uint64_t tokens_ = 0;
  double loss_sum_ = 0.0;  ///< since the curve's last point
  std::uint64_t loss_tokens_ = 0;
  double validation_ = kNone;
  double seconds_before_ = 0.0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point reported_ = Clock::now();
  std::uint64_t reported_tokens_ = 0;
};

}  // namespace cantus::train
