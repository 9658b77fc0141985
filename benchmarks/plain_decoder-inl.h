// The loop to beat, whichever way the including file is compiled: it defines CANTUS_COMPILED, the
// class's name, and is the only one to include this. No include guard.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "benchmarks/plain_decoder.h"

namespace cantus::benchmarks {
namespace {

void times(const std::vector<float>& matrix, const std::vector<float>& x, std::vector<float>& out) {
  const int depth = static_cast<int>(x.size());
  const int rows = static_cast<int>(out.size());
  for (int r = 0; r < rows; ++r) {
    const float* row = matrix.data() + static_cast<std::ptrdiff_t>(r) * depth;
    float sum = 0.0F;
    for (int k = 0; k < depth; ++k)
      sum += row[k] * x[k];
    out[r] = sum;
  }
}

void normalise(const std::vector<float>& x,
               const std::vector<float>& gain,
               std::vector<float>& out) {
  float squares = 0.0F;
  for (const float v : x)
    squares += v * v;
  const float scale = 1.0F / std::sqrt(squares / static_cast<float>(x.size()) + 1e-5F);
  for (std::size_t i = 0; i < x.size(); ++i)
    out[i] = x[i] * scale * gain[i];
}

}  // namespace

const std::vector<float>& CANTUS_COMPILED::step(int token) {
  std::copy_n(embedding_.begin() + static_cast<std::ptrdiff_t>(token) * c_.width, c_.width,
              x_.begin());
  for (Layer& layer : layers_) {
    attention(layer);
    mlp(layer);
  }
  normalise(x_, final_norm_, normed_);
  times(embedding_, normed_, logits_);
  ++position_;
  return logits_;
}

void CANTUS_COMPILED::attention(Layer& layer) {
  normalise(x_, layer.attention_norm, normed_);
  times(layer.qkv, normed_, qkv_);
  for (int head = 0; head < c_.heads; ++head)
    attend(layer, head);
  times(layer.out, mixed_, projected_);
  for (std::size_t i = 0; i < x_.size(); ++i)
    x_[i] += projected_[i];
}

void CANTUS_COMPILED::attend(Layer& layer, int head) {
  const int width = c_.head_width();
  const int half = width / 2;
  float* query = qkv_.data() + head * width;
  const auto at = static_cast<std::ptrdiff_t>(position_) * c_.width + head * width;
  float* key = layer.keys.data() + at;
  std::copy_n(query + c_.width, width, key);
  std::copy_n(query + 2 * c_.width, width, layer.values.data() + at);
  for (int i = 0; i < half; ++i) {
    const float angle =
        static_cast<float>(position_) * std::pow(static_cast<float>(c_.rope_base),
                                                 -static_cast<float>(i) / static_cast<float>(half));
    const float cosine = std::cos(angle);
    const float sine = std::sin(angle);
    for (float* v : {query, key}) {
      const float a = v[i];
      const float b = v[i + half];
      v[i] = a * cosine - b * sine;
      v[i + half] = b * cosine + a * sine;
    }
  }
  float greatest = -1e30F;
  for (int t = 0; t <= position_; ++t) {
    const float* other =
        layer.keys.data() + static_cast<std::ptrdiff_t>(t) * c_.width + head * width;
    float score = 0.0F;
    for (int i = 0; i < width; ++i)
      score += query[i] * other[i];
    scores_[t] = score / std::sqrt(static_cast<float>(width));
    greatest = std::max(greatest, scores_[t]);
  }
  float total = 0.0F;
  for (int t = 0; t <= position_; ++t) {
    scores_[t] = std::exp(scores_[t] - greatest);
    total += scores_[t];
  }
  float* out = mixed_.data() + head * width;
  std::fill_n(out, width, 0.0F);
  for (int t = 0; t <= position_; ++t) {
    const float weight = scores_[t] / total;
    const float* value =
        layer.values.data() + static_cast<std::ptrdiff_t>(t) * c_.width + head * width;
    for (int i = 0; i < width; ++i)
      out[i] += weight * value[i];
  }
}

void CANTUS_COMPILED::mlp(const Layer& layer) {
  normalise(x_, layer.mlp_norm, normed_);
  times(layer.mlp_in, normed_, hidden_);
  for (float& h : hidden_)
    h = std::max(h, 0.0F) * std::max(h, 0.0F);
  times(layer.mlp_out, hidden_, projected_);
  for (std::size_t i = 0; i < x_.size(); ++i)
    x_[i] += projected_[i];
}

}  // namespace cantus::benchmarks
