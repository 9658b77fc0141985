#include "neural/infer/quantise.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace cantus::infer {
namespace {

constexpr float kLargest = 127.0F;

/// Adding 1.5 · 2^23 leaves no bits below one: rounds to even whatever the rounding mode of libm.
float nearest(float x) {
  return (x + 0x1.8p23F) - 0x1.8p23F;
}

float scale_of(std::span<const float> row) {
  float largest = 0.0F;
  for (const float x : row)
    largest = std::max(largest, std::fabs(x));
  return largest / kLargest;
}

}  // namespace

Int8Rows quantised(std::span<const float> row_major, int rows, int depth) {
  const auto width = static_cast<std::size_t>(depth);
  CANTUS_CHECK(row_major.size() == static_cast<std::size_t>(rows) * width);
  Int8Rows out;
  out.numbers.reserve(row_major.size());
  for (auto left = row_major; !left.empty(); left = left.subspan(width)) {
    const auto row = left.first(width);
    const float scale = scale_of(row);
    out.scales.push_back(scale);
    for (const float x : row) {
      const float number = scale > 0.0F ? nearest(x / scale) : 0.0F;
      out.numbers.push_back(static_cast<std::int8_t>(std::clamp(number, -kLargest, kLargest)));
    }
  }
  return out;
}

std::vector<float> widened(const Int8Rows& matrix) {
  std::vector<float> out;
  out.reserve(matrix.numbers.size());
  const std::size_t depth = matrix.numbers.size() / std::max<std::size_t>(matrix.scales.size(), 1);
  for (std::size_t i = 0; i < matrix.numbers.size(); ++i) {
    out.push_back(static_cast<float>(matrix.numbers[i]) * matrix.scales[i / depth]);
  }
  return out;
}

}  // namespace cantus::infer
