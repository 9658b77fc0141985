#include "neural/train/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>

// A copy for plain x86-64 and one for each wider vector unit; the loader chooses.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define CANTUS_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CANTUS_CLONES
#endif

namespace cantus::train::kernels {
namespace {

constexpr float kEpsilon = 1e-5F;

/// e^x for x <= 0, within 2e-7 of it: 2^n times a polynomial on [-1/2, 1/2]. Written without calls
/// so that the compiler can use vectors.
[[gnu::always_inline]] inline float exp_negative(float x) {
  const float t = std::max(x, -87.0F) * 1.44269504F;
  const float shifted = t + 12582912.0F;  // 1.5 · 2^23: rounds to the nearest whole number
  const float n = shifted - 12582912.0F;
  const float f = (t - n) * 0.693147181F;
  float p = 1.0F / 720.0F;
  p = p * f + 1.0F / 120.0F;
  p = p * f + 1.0F / 24.0F;
  p = p * f + 1.0F / 6.0F;
  p = p * f + 0.5F;
  p = p * f + 1.0F;
  p = p * f + 1.0F;
  const std::int32_t exponent = std::bit_cast<std::int32_t>(shifted) - 0x4B400000;
  return p * std::bit_cast<float>((exponent + 127) << 23);
}

}  // namespace

CANTUS_CLONES
void rms_norm(const float* x,
              const float* gain,
              float* y,
              float* inverse,
              std::int64_t rows,
              std::int64_t width) {
  for (std::int64_t r = 0; r < rows; ++r, x += width, y += width) {
    float sum = 0.0F;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < width; ++i)
      sum += x[i] * x[i];
    const float scale = 1.0F / std::sqrt(sum / static_cast<float>(width) + kEpsilon);
    inverse[r] = scale;
#pragma omp simd
    for (std::int64_t i = 0; i < width; ++i)
      y[i] = x[i] * scale * gain[i];
  }
}

CANTUS_CLONES
void rms_norm_backward(const float* x,
                       const float* gain,
                       const float* inverse,
                       const float* dy,
                       float* dx,
                       float* d_gain,
                       std::int64_t rows,
                       std::int64_t width) {
  for (std::int64_t r = 0; r < rows; ++r, x += width, dy += width, dx += width) {
    const float scale = inverse[r];
    float sum = 0.0F;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < width; ++i)
      sum += dy[i] * gain[i] * x[i];
    const float pull = sum * scale * scale * scale / static_cast<float>(width);
#pragma omp simd
    for (std::int64_t i = 0; i < width; ++i) {
      dx[i] = dy[i] * gain[i] * scale - x[i] * pull;
      d_gain[i] += dy[i] * x[i] * scale;
    }
  }
}

CANTUS_CLONES
void squared_relu(const float* x, float* y, std::int64_t size) {
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i) {
    const float v = x[i] > 0.0F ? x[i] : 0.0F;
    y[i] = v * v;
  }
}

CANTUS_CLONES
void squared_relu_backward(const float* x, const float* dy, float* dx, std::int64_t size) {
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i)
    dx[i] = 2.0F * (x[i] > 0.0F ? x[i] : 0.0F) * dy[i];
}

CANTUS_CLONES
void rotate(
    const Turn& turn, const float* x, std::int64_t x_stride, float* y, std::int64_t y_stride) {
  const std::int64_t half = turn.head_width / 2;
  for (std::int64_t t = 0; t < turn.positions; ++t, x += x_stride, y += y_stride) {
    const float* cosines = turn.cosines + t * half;
    const float* sines = turn.sines + t * half;
#pragma omp simd
    for (std::int64_t i = 0; i < half; ++i) {
      const float c = cosines[i] * turn.scale;
      const float s = sines[i] * turn.scale * turn.direction;
      const float a = x[i];
      const float b = x[i + half];
      y[i] = a * c - b * s;
      y[i + half] = b * c + a * s;
    }
  }
}

CANTUS_CLONES
void softmax(const Sight& sight, float* scores) {
  for (std::int64_t q = 0; q < sight.queries; ++q, scores += sight.keys) {
    const std::int64_t position = sight.first_query + q;
    const std::int64_t from = sight.starts[position] - sight.first_key;
    const std::int64_t to = position + 1 - sight.first_key;
    float largest = scores[from];
#pragma omp simd reduction(max : largest)
    for (std::int64_t k = from; k < to; ++k)
      largest = std::max(largest, scores[k]);
    float sum = 0.0F;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t k = from; k < to; ++k) {
      const float e = exp_negative(scores[k] - largest);
      scores[k] = e;
      sum += e;
    }
    const float share = 1.0F / sum;
#pragma omp simd
    for (std::int64_t k = from; k < to; ++k)
      scores[k] *= share;
    std::fill(scores, scores + from, 0.0F);
    std::fill(scores + to, scores + sight.keys, 0.0F);
  }
}

CANTUS_CLONES
void softmax_backward(const float* p, float* dp, std::int64_t rows, std::int64_t keys) {
  for (std::int64_t r = 0; r < rows; ++r, p += keys, dp += keys) {
    float sum = 0.0F;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t k = 0; k < keys; ++k)
      sum += p[k] * dp[k];
#pragma omp simd
    for (std::int64_t k = 0; k < keys; ++k)
      dp[k] = p[k] * (dp[k] - sum);
  }
}

CANTUS_CLONES
double cross_entropy(float* logits,
                     const std::int32_t* targets,
                     std::int64_t rows,
                     std::int64_t vocabulary,
                     float slope,
                     float* losses) {
  double total = 0.0;
  for (std::int64_t r = 0; r < rows; ++r, logits += vocabulary) {
    if (losses != nullptr) losses[r] = 0.0F;
    if (targets[r] < 0) {
      if (slope != 0.0F) std::fill(logits, logits + vocabulary, 0.0F);
      continue;
    }
    float largest = logits[0];
#pragma omp simd reduction(max : largest)
    for (std::int64_t i = 0; i < vocabulary; ++i)
      largest = std::max(largest, logits[i]);
    const float target_logit = logits[targets[r]] - largest;
    float sum = 0.0F;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < vocabulary; ++i) {
      const float e = exp_negative(logits[i] - largest);
      logits[i] = e;
      sum += e;
    }
    const float loss = std::log(sum) - target_logit;
    total += static_cast<double>(loss);
    if (losses != nullptr) losses[r] = loss;
    if (slope == 0.0F) continue;
    const float share = slope / sum;
#pragma omp simd
    for (std::int64_t i = 0; i < vocabulary; ++i)
      logits[i] *= share;
    logits[targets[r]] -= slope;
  }
  return total;
}

CANTUS_CLONES
void adam(const AdamStep& step,
          float* weights,
          const float* gradients,
          float* first,
          float* second,
          std::int64_t size) {
  const float keep = 1.0F - step.decay;
  const float rate = step.rate / step.correction1;
  const float root = 1.0F / std::sqrt(step.correction2);
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i) {
    const float g = gradients[i] * step.gradient_scale;
    first[i] = step.beta1 * first[i] + (1.0F - step.beta1) * g;
    second[i] = step.beta2 * second[i] + (1.0F - step.beta2) * g * g;
    weights[i] = weights[i] * keep - rate * first[i] / (std::sqrt(second[i]) * root + step.epsilon);
  }
}

CANTUS_CLONES
void approach(float* a, const float* b, float share, std::int64_t size) {
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i)
    a[i] += share * (b[i] - a[i]);
}

CANTUS_CLONES
double sum_of_squares(const float* x, std::int64_t size) {
  double sum = 0.0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < size; ++i)
    sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return sum;
}

}  // namespace cantus::train::kernels
