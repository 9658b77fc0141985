#include "neural/infer/stored_matrix.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace cantus::infer {
namespace {

constexpr float kLargestScale = 1e36F;  // 128 of them are still a float

Result<StoredMatrix> read_int8(const SafeTensors& file,
                               const std::string& name,
                               std::uint64_t rows,
                               std::uint64_t depth) {
  auto numbers = file.bytes(name, {rows, depth});
  if (!numbers) return tl::unexpected(numbers.error());
  auto scales = file.floats(scale_name(name), {rows});
  if (!scales) return tl::unexpected(scales.error());
  const auto wrong = std::ranges::find_if(
      *scales, [](float scale) { return scale < 0.0F || scale > kLargestScale; });
  if (wrong != scales->end()) {
    return fail(ErrorCode::invalid_input,
                fmt::format("tensor {}: the scale of row {} is {}, not from 0 to {}",
                            scale_name(name), wrong - scales->begin(), *wrong, kLargestScale));
  }
  return StoredMatrix{Precision::int8, {}, {std::move(*numbers), std::move(*scales)}};
}

}  // namespace

std::string scale_name(const std::string& name) {
  return name + ".scale";
}

std::vector<float> StoredMatrix::widened() const {
  return precision == Precision::int8 ? infer::widened(whole) : floats;
}

Result<StoredMatrix> read_matrix(const SafeTensors& file,
                                 const std::string& name,
                                 int rows,
                                 int depth) {
  const auto height = static_cast<std::uint64_t>(rows);
  const auto width = static_cast<std::uint64_t>(depth);
  const Tensor* tensor = file.find(name);
  const std::string type = tensor == nullptr ? "" : tensor->type;
  if (type == "I8") return read_int8(file, name, height, width);
  auto floats = file.floats(name, {height, width});
  if (!floats) return tl::unexpected(floats.error());
  const Precision precision = type == "BF16" ? Precision::bfloat16 : Precision::float32;
  return StoredMatrix{precision, std::move(*floats), {}};
}

}  // namespace cantus::infer
