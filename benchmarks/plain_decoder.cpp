#include "benchmarks/plain_decoder.h"

#include <string>

namespace cantus::benchmarks {

PlainDecoder::PlainDecoder(const infer::TransformerConfig& config, const infer::NetworkFile& file)
    : c_(config),
      embedding_(file.values.at("embedding")),
      final_norm_(file.values.at("final_norm")),
      x_(config.width),
      normed_(config.width),
      qkv_(3 * config.width),
      mixed_(config.width),
      hidden_(config.hidden),
      projected_(config.width),
      scores_(config.context),
      logits_(config.vocabulary) {
  const std::size_t cache = static_cast<std::size_t>(config.context) * config.width;
  for (int i = 0; i < config.layers; ++i) {
    const auto get = [&](const char* name) {
      return file.values.at("blocks." + std::to_string(i) + "." + name);
    };
    layers_.push_back({get("attention_norm"), get("attention_qkv"), get("attention_out"),
                       get("mlp_norm"), get("mlp_in"), get("mlp_out"), std::vector<float>(cache),
                       std::vector<float>(cache)});
  }
}

}  // namespace cantus::benchmarks
