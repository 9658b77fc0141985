// How far a training run is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace cantus::train {

struct Progress {
  std::int64_t step = 0;
  std::int64_t steps = 0;
  double loss = 0.0;  ///< nats a token, since the report before
  double rate = 0.0;
  double gradient_norm = 0.0;
  double tokens_per_second = 0.0;
  double seconds_left = 0.0;
  double validation = 0.0;  ///< nats a token; NaN except just after a validation
};

/// One line for a terminal: "step 120/2000  loss 3.214  1,530 tokens/s  1 h 12 min left".
std::string to_line(const Progress& progress);

}  // namespace cantus::train
