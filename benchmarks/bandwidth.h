// How fast one thread reads memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cantus::benchmarks {

class Bandwidth {
 public:
  explicit Bandwidth(std::size_t bytes) : words_(bytes / sizeof(std::uint64_t), 1) {}

  std::size_t bytes() const { return words_.size() * sizeof(std::uint64_t); }

  /// Reads everything once; what comes back depends on all of it.
  std::uint64_t read() const;

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace cantus::benchmarks
