// The sizes that fix a network (docs/formats/weights.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace cantus::train {

struct ModelShape {
  std::int64_t vocabulary = 0;
  std::int64_t width = 256;
  std::int64_t layers = 4;
  std::int64_t heads = 4;
  std::int64_t hidden = 1024;
  std::int64_t context = 512;  ///< tokens of a window
  double rope_base = 10000.0;
  std::string vocabulary_hash;  ///< as in the catalogue

  std::int64_t head_width() const { return width / heads; }
  std::int64_t weights() const;
  bool operator==(const ModelShape&) const = default;
};

/// Refuses sizes that cannot be built, saying which.
Result<void> check_shape(const ModelShape& shape);

}  // namespace cantus::train
