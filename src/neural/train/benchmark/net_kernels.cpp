#include "neural/train/benchmark/net_kernels.h"

#include <algorithm>
#include <cmath>

// A copy for plain x86-64 and one for each wider vector unit; the loader chooses.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define CANTUS_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CANTUS_CLONES
#endif

namespace cantus::benchmark::kernels {

CANTUS_CLONES void gather(const FeatureLists& lists,
                          const float* table,
                          std::int64_t width,
                          float* out) {
  for (std::size_t list = 0; list < lists.size(); ++list) {
    float* to = out + static_cast<std::int64_t>(list) * width;
    std::fill_n(to, width, 0.0F);
    for (std::uint32_t i = lists.start[list]; i < lists.start[list + 1]; ++i) {
      const float* from = table + static_cast<std::int64_t>(lists.feature[i]) * width;
      const float value = lists.value[i];
#pragma omp simd
      for (std::int64_t j = 0; j < width; ++j)
        to[j] += value * from[j];
    }
  }
}

CANTUS_CLONES void scatter(const FeatureLists& lists,
                           const float* slope,
                           std::int64_t width,
                           float* table) {
  for (std::size_t list = 0; list < lists.size(); ++list) {
    const float* from = slope + static_cast<std::int64_t>(list) * width;
    for (std::uint32_t i = lists.start[list]; i < lists.start[list + 1]; ++i) {
      float* to = table + static_cast<std::int64_t>(lists.feature[i]) * width;
      const float value = lists.value[i];
#pragma omp simd
      for (std::int64_t j = 0; j < width; ++j)
        to[j] += value * from[j];
    }
  }
}

CANTUS_CLONES void add(float* to, const float* from, std::int64_t size) {
#pragma omp simd
  for (std::int64_t j = 0; j < size; ++j)
    to[j] += from[j];
}

CANTUS_CLONES void relu_drop(float* x, std::int64_t size, float drop, std::uint32_t seed) {
  const float scale = 1.0F / (1.0F - drop);
  const auto limit = static_cast<std::int32_t>(drop * 16777216.0F);
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i) {
    std::uint32_t h = static_cast<std::uint32_t>(i) * 0x9E3779B1U + seed;
    h = (h ^ (h >> 15U)) * 0x85EBCA6BU;
    h = (h ^ (h >> 13U)) * 0xC2B2AE35U;
    const auto draw = static_cast<std::int32_t>(h >> 8U);
    const float kept = draw < limit ? 0.0F : scale;
    x[i] = (x[i] > 0.0F ? x[i] : 0.0F) * kept;
  }
}

CANTUS_CLONES void relu_drop_back(const float* out, float* slope, std::int64_t size, float drop) {
  const float scale = 1.0F / (1.0F - drop);
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i)
    slope[i] = out[i] > 0.0F ? slope[i] * scale : 0.0F;
}

CANTUS_CLONES void adam(const AdamStep& step,
                        float* weights,
                        float* gradients,
                        float* first,
                        float* second,
                        float* average,
                        std::int64_t size) {
  constexpr float kBeta1 = 0.9F;
  constexpr float kBeta2 = 0.99F;
  const AdamStep s = step;
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i) {
    const float g = gradients[i];
    first[i] = kBeta1 * first[i] + (1.0F - kBeta1) * g;
    second[i] = kBeta2 * second[i] + (1.0F - kBeta2) * g * g;
    const float spread = std::sqrt(second[i] / s.correction2) + 1e-8F;
    weights[i] -= s.rate * (first[i] / s.correction1 / spread + s.decay * weights[i]);
    average[i] += s.follow * (weights[i] - average[i]);
    gradients[i] = 0.0F;
  }
}

}  // namespace cantus::benchmark::kernels
