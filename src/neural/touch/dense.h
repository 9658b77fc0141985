// The layers of the small networks of touch, as plain loops: the same bits on every machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace cantus::touch {

/// to += the rows of `matrix` ([inputs, outputs]) times the inputs, in their order.
template <std::size_t kIn, std::size_t kOut>
void add_product(const std::array<float, kIn>& inputs,
                 const std::vector<float>& matrix,
                 std::array<float, kOut>& to) {
  for (std::size_t i = 0; i < kIn; ++i) {
    if (inputs[i] == 0.0F) continue;
    const float* row = matrix.data() + i * kOut;
    for (std::size_t o = 0; o < kOut; ++o)
      to[o] += inputs[i] * row[o];
  }
}

template <std::size_t kOut>
std::array<float, kOut> begun(const std::vector<float>& bias) {
  std::array<float, kOut> sums;
  std::ranges::copy(bias, sums.begin());
  return sums;
}

inline void rectify(std::span<float> values) {
  for (float& value : values)
    value = value > 0.0F ? value : 0.0F;
}

}  // namespace cantus::touch
