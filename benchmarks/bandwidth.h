// How fast one thread reads memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "neural/infer/aligned_floats.h"

namespace cantus::benchmarks {

/// In large pages, as weights lie.
class Bandwidth {
 public:
  explicit Bandwidth(std::size_t bytes);

  std::size_t bytes() const { return size_ * sizeof(float); }

  /// Reads everything once; what comes back depends on all of it.
  std::uint64_t read() const;

 private:
  std::size_t size_;
  infer::AlignedFloats floats_;
};

}  // namespace cantus::benchmarks
