#include "neural/infer/cache.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace cantus::infer {
namespace {

/// Where (row, column) of a block stands (packed_matrix.h), and what a float becomes there.
template <class Number>
constexpr std::size_t place_of(std::size_t row, std::size_t column) {
  if constexpr (std::is_same_v<Number, float>) return column * kLanes + row;
  return (column / 2 * kLanes + row) * 2 + column % 2;
}
void put(float x, float& to) {
  to = x;
}
void put(float x, BFloat16& to) {
  to = bfloat16_of(x);
}

}  // namespace

Cache::Cache(const TransformerConfig& config, Precision precision)
    : heads_(config.heads),
      layers_(config.layers),
      head_width_(config.head_width()),
      number_bytes_(precision == Precision::float32 ? sizeof(float) : sizeof(BFloat16)),
      value_stride_(static_cast<std::size_t>(padded(config.context)) * kLanes),
      keys_size_(PackedMatrix::size(config.context, head_width_)),
      head_size_(keys_size_ + static_cast<std::size_t>(blocks_for(head_width_)) * value_stride_),
      data_(static_cast<std::size_t>(layers_ * heads_) * head_size_ * number_bytes_ /
            sizeof(float)) {}

void* Cache::head_data(int layer, int head) {
  const auto index = static_cast<std::size_t>(layer * heads_ + head);
  return reinterpret_cast<std::byte*>(data_.data()) + index * head_size_ * number_bytes_;
}

const void* Cache::head_data(int layer, int head) const {
  const auto index = static_cast<std::size_t>(layer * heads_ + head);
  return reinterpret_cast<const std::byte*>(data_.data()) + index * head_size_ * number_bytes_;
}

template <class Number>
void Cache::write_numbers(Number* head, int position, const float* key, const float* value) const {
  const auto at = static_cast<std::size_t>(position);
  const auto width = static_cast<std::size_t>(head_width_);
  Number* block = head + at / kLanes * width * kLanes;
  for (std::size_t i = 0; i < width; ++i)
    put(key[i], block[place_of<Number>(at % kLanes, i)]);
  block = head + keys_size_;
  for (std::size_t i = 0; i < width; i += kLanes, block += value_stride_) {
    for (std::size_t j = 0; j < std::min<std::size_t>(kLanes, width - i); ++j)
      put(value[i + j], block[place_of<Number>(j, at)]);
  }
}

void Cache::write(int layer, int head, int position, const float* key, const float* value) {
  void* data = head_data(layer, head);
  if (number_bytes_ == sizeof(float)) {
    write_numbers(static_cast<float*>(data), position, key, value);
  } else {
    write_numbers(static_cast<BFloat16*>(data), position, key, value);
  }
}

void Cache::copy_from(const Cache& other, int positions) {
  const std::size_t keys = PackedMatrix::size(positions, head_width_) * number_bytes_;
  const std::size_t values = static_cast<std::size_t>(paired(positions)) * kLanes * number_bytes_;
  const auto head_bytes = head_size_ * number_bytes_;
  const auto* from = reinterpret_cast<const std::byte*>(other.data_.data());
  auto* to = reinterpret_cast<std::byte*>(data_.data());
  for (int head = 0; head < layers_ * heads_; ++head, from += head_bytes, to += head_bytes) {
    std::memcpy(to, from, keys);
    for (std::size_t at = keys_size_; at < head_size_; at += value_stride_)
      std::memcpy(to + at * number_bytes_, from + at * number_bytes_, values);
  }
}

}  // namespace cantus::infer
