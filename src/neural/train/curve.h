// The loss curve of a training run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace cantus::train {

struct CurvePoint {
  std::int64_t step = 0;
  std::uint64_t tokens = 0;          ///< scored until here
  double seconds = 0.0;              ///< trained until here
  std::optional<double> training;    ///< nats a token, mean since the point before
  std::optional<double> validation;  ///< nats a token
};

using Curve = std::vector<CurvePoint>;

}  // namespace cantus::train
