// Fused loops of the network on a CPU, forwards and backwards: one pass over memory each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cantus::train::kernels {

/// y = x · gain · inverse, inverse = 1 / sqrt(mean(x²) + 1e-5) a row. x, y: [rows, width]
void rms_norm(const float* x,
              const float* gain,
              float* y,
              float* inverse,
              std::int64_t rows,
              std::int64_t width);

/// Writes dx [rows, width] and adds to d_gain [width].
void rms_norm_backward(const float* x,
                       const float* gain,
                       const float* inverse,
                       const float* dy,
                       float* dx,
                       float* d_gain,
                       std::int64_t rows,
                       std::int64_t width);

void squared_relu(const float* x, float* y, std::int64_t size);
void squared_relu_backward(const float* x, const float* dy, float* dx, std::int64_t size);

/// Turns a head's rows by their positions and scales them. x: rows `x_stride` apart; y the same;
/// turns: [position, half] cosines then [position, half] sines; direction +1, or -1 to turn back.
struct Turn {
  const float* cosines;
  const float* sines;
  std::int64_t positions;
  std::int64_t head_width;
  float scale;
  float direction;
};
void rotate(
    const Turn& turn, const float* x, std::int64_t x_stride, float* y, std::int64_t y_stride);

/// In place: each row of scores [queries, keys] becomes its softmax over the keys it may see.
/// Key 0 is position first_key, query 0 position first_query; query i sees positions
/// starts[first_query + i] to first_query + i.
struct Sight {
  const std::int32_t* starts;
  std::int64_t first_query;
  std::int64_t queries;
  std::int64_t first_key;
  std::int64_t keys;
};
void softmax(const Sight& sight, float* scores);

/// d_scores = p · (dp - sum(p · dp)) a row, in place of dp. Both [rows, keys].
void softmax_backward(const float* p, float* dp, std::int64_t rows, std::int64_t keys);

/// Sum of -log p(target) over the rows whose target is not negative. Where `slope` is not 0, logits
/// become slope · d(sum)/d(logits). Where `losses` is given, each row's own loss (0 if unscored).
double cross_entropy(float* logits,
                     const std::int32_t* targets,
                     std::int64_t rows,
                     std::int64_t vocabulary,
                     float slope,
                     float* losses);

/// One step of AdamW (Loshchilov and Hutter 2019) on `size` weights.
struct AdamStep {
  float rate;
  float decay;  ///< already times the rate
  float beta1;
  float beta2;
  float correction1;  ///< 1 - beta1^step
  float correction2;
  float gradient_scale;
  float epsilon;
};
void adam(const AdamStep& step,
          float* weights,
          const float* gradients,
          float* first,
          float* second,
          std::int64_t size);

/// a += share · (b - a)
void approach(float* a, const float* b, float share, std::int64_t size);

double sum_of_squares(const float* x, std::int64_t size);

}  // namespace cantus::train::kernels
