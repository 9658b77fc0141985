#include "neural/infer/cache.h"

#include <algorithm>

namespace cantus::infer {

Cache::Cache(const TransformerConfig& config)
    : heads_(config.heads),
      layers_(config.layers),
      head_width_(config.head_width()),
      value_stride_(static_cast<std::size_t>(padded(config.context)) * kLanes),
      keys_size_(PackedMatrix::size(config.context, head_width_)),
      head_size_(keys_size_ + static_cast<std::size_t>(blocks_for(head_width_)) * value_stride_),
      data_(static_cast<std::size_t>(layers_ * heads_) * head_size_) {}

float* Cache::head_data(int layer, int head) {
  return data_.data() + static_cast<std::size_t>(layer * heads_ + head) * head_size_;
}

void Cache::write(int layer, int head, int position, const float* key, const float* value) {
  const auto row = static_cast<std::size_t>(position);
  const auto width = static_cast<std::size_t>(head_width_);
  float* key_lane = keys(layer, head) + row / kLanes * width * kLanes + row % kLanes;
  for (std::size_t i = 0; i < width; ++i)
    key_lane[i * kLanes] = key[i];
  float* block = values(layer, head) + row * kLanes;
  for (std::size_t i = 0; i < width; i += kLanes, block += value_stride_) {
    std::copy_n(value + i, std::min<std::size_t>(kLanes, width - i), block);
  }
}

void Cache::copy_from(const Cache& other, int positions) {
  const std::size_t keys = PackedMatrix::size(positions, head_width_);
  const std::size_t values = static_cast<std::size_t>(positions) * kLanes;
  for (std::size_t head = 0; head < static_cast<std::size_t>(layers_ * heads_); ++head) {
    const float* from = other.data_.data() + head * head_size_;
    float* to = data_.data() + head * head_size_;
    std::copy_n(from, keys, to);
    for (std::size_t at = keys_size_; at < head_size_; at += value_stride_) {
      std::copy_n(from + at, values, to + at);
    }
  }
}

}  // namespace cantus::infer
