// The loop to beat: one sequence, plain single-precision loops over row-major weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "neural/infer/random_network.h"

namespace cantus::benchmarks {

class PlainDecoder {
 public:
  PlainDecoder(const infer::TransformerConfig& config, const infer::NetworkFile& file);

  /// The logits after the token.
  const std::vector<float>& step(int token);

 private:
  struct Layer {
    std::vector<float> attention_norm, qkv, out, mlp_norm, mlp_in, mlp_out;
    std::vector<float> keys, values;  // [position][width]
  };
  void attention(Layer& layer);
  void attend(Layer& layer, int head);
  void mlp(const Layer& layer);

  infer::TransformerConfig c_;
  int position_ = 0;
  std::vector<float> embedding_, final_norm_;
  std::vector<Layer> layers_;
  std::vector<float> x_, normed_, qkv_, mixed_, hidden_, projected_, scores_, logits_;
};

}  // namespace cantus::benchmarks
