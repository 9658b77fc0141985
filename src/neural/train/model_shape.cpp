#include "neural/train/model_shape.h"

namespace cantus::train {

std::int64_t ModelShape::weights() const {
  return vocabulary * width + layers * (4 * width * width + 2 * width * hidden + 2 * width) + width;
}

Result<void> check_shape(const ModelShape& shape) {
  const auto refuse = [](const char* why) { return fail(ErrorCode::invalid_input, why); };
  const auto between = [](std::int64_t value, std::int64_t low, std::int64_t high) {
    return value >= low && value <= high;
  };
  if (!between(shape.vocabulary, 1, 1 << 16)) return refuse("the vocabulary must be 1 to 65536");
  if (!between(shape.layers, 1, 256)) return refuse("--layers must be 1 to 256");
  if (!between(shape.heads, 1, 256)) return refuse("--heads must be 1 to 256");
  if (!between(shape.width, 2, 1 << 14)) return refuse("--width must be 2 to 16384");
  if (!between(shape.hidden, 1, 1 << 16)) return refuse("--hidden must be 1 to 65536");
  if (!between(shape.context, 8, 1 << 16)) return refuse("--context must be 8 to 65536");
  if (shape.width % (2 * shape.heads) != 0) {
    return refuse("--width must be a multiple of twice --heads");
  }
  if (!(shape.rope_base > 1.0)) return refuse("the RoPE base must be above 1");
  return {};
}

}  // namespace cantus::train
