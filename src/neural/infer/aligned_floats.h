// A block of floats that starts on a cache line and is zero until written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace cantus::infer {

/// Pages are taken from the system when first touched, so a large cache costs what is used of it.
class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(std::size_t size);

  std::size_t size() const { return size_; }
  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }

 private:
  struct Unmap {
    std::size_t bytes;
    void operator()(float* data) const noexcept;
  };
  std::unique_ptr<float[], Unmap> data_;
  std::size_t size_ = 0;
};

}  // namespace cantus::infer
