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

std::size_t bytes_of(Precision precision) {
  if (precision == Precision::int8) return sizeof(std::uint8_t);
  return precision == Precision::bfloat16 ? sizeof(BFloat16) : sizeof(float);
}

}  // namespace

Cache::Cache(const TransformerConfig& config, Precision precision)
    : heads_(config.heads),
      layers_(config.layers),
      head_width_(config.head_width()),
      number_bytes_(bytes_of(precision)),
      value_stride_(static_cast<std::size_t>(padded(config.context)) * kLanes),
      scales_size_(static_cast<std::size_t>(padded(config.context))),
      keys_size_(scales_size_ * static_cast<std::size_t>(columns_of(precision, head_width_))),
      head_size_(keys_size_ + static_cast<std::size_t>(blocks_for(head_width_)) * value_stride_),
      data_(static_cast<std::size_t>(layers_ * heads_) * head_size_ * number_bytes_ /
            sizeof(float)),
      scales_(precision == Precision::int8
                  ? static_cast<std::size_t>(layers_ * heads_) * 2 * scales_size_
                  : 0) {}

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

/// Four columns of a block's row are one word.
void Cache::write(int layer, int head, int position, Bytes key, Bytes value) {
  auto* keys = static_cast<std::uint8_t*>(head_data(layer, head));
  const auto at = static_cast<std::size_t>(position);
  const auto width = static_cast<std::size_t>(head_width_);
  const std::size_t depth = keys_size_ / scales_size_;
  std::uint8_t* row = keys + at / kLanes * depth * kLanes + at % kLanes * 4;
  for (std::size_t i = 0; i < depth; i += 4, row += std::size_t{4} * kLanes)
    std::memcpy(row, key.numbers + i, 4);
  std::uint8_t* column = keys + keys_size_ + at / 4 * 4 * kLanes + at % 4;
  for (std::size_t i = 0; i < width; i += kLanes, column += value_stride_) {
    for (std::size_t j = 0; j < std::min<std::size_t>(kLanes, width - i); ++j)
      column[j * 4] = value.numbers[i + j];
  }
  float* scale =
      scales_.data() + static_cast<std::size_t>(layer * heads_ + head) * 2 * scales_size_;
  scale[at] = key.scale;
  scale[scales_size_ + at] = value.scale;
}

void Cache::copy_from(const Cache& other, int positions) {
  const auto used = static_cast<std::size_t>(padded(positions));
  const std::size_t keys = used * (keys_size_ / scales_size_) * number_bytes_;
  const std::size_t values = used * kLanes * number_bytes_;
  const auto head_bytes = head_size_ * number_bytes_;
  const auto* from = reinterpret_cast<const std::byte*>(other.data_.data());
  auto* to = reinterpret_cast<std::byte*>(data_.data());
  for (int head = 0; head < layers_ * heads_; ++head, from += head_bytes, to += head_bytes) {
    std::memcpy(to, from, keys);
    for (std::size_t at = keys_size_; at < head_size_; at += value_stride_)
      std::memcpy(to + at * number_bytes_, from + at * number_bytes_, values);
  }
  for (std::size_t at = 0; at < scales_.size(); at += scales_size_)
    std::memcpy(scales_.data() + at, other.scales_.data() + at, used * sizeof(float));
}

}  // namespace cantus::infer
