// The loop to beat: one sequence, plain single-precision loops over row-major weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "neural/infer/random_network.h"

namespace cantus::benchmarks {

class PlainDecoder {
 public:
  PlainDecoder(const infer::TransformerConfig& config, const infer::NetworkFile& file);
  virtual ~PlainDecoder() = default;

  /// The logits after the token.
  virtual const std::vector<float>& step(int token) = 0;

  void restart() { position_ = 0; }

 protected:
  struct Layer {
    std::vector<float> attention_norm, qkv, out, mlp_norm, mlp_in, mlp_out;
    std::vector<float> keys, values;  // [position][width]
  };

  infer::TransformerConfig c_;
  int position_ = 0;
  std::vector<float> embedding_, final_norm_;
  std::vector<Layer> layers_;
  std::vector<float> x_, normed_, qkv_, mixed_, hidden_, projected_, scores_, logits_;
};

/// Compiled for this machine, with every licence that the compiler takes: -Ofast -march=native.
class NativeLoop final : public PlainDecoder {
 public:
  using PlainDecoder::PlainDecoder;
  const std::vector<float>& step(int token) override;

 private:
  void attention(Layer& layer);
  void attend(Layer& layer, int head);
  void mlp(const Layer& layer);
};

/// Compiled for any machine of the kind, sums in any order: -O3 -ffast-math.
class PortableLoop final : public PlainDecoder {
 public:
  using PlainDecoder::PlainDecoder;
  const std::vector<float>& step(int token) override;

 private:
  void attention(Layer& layer);
  void attend(Layer& layer, int head);
  void mlp(const Layer& layer);
};

}  // namespace cantus::benchmarks
