// Networks of random weights as safetensors files, for tests and benchmarks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "neural/infer/safetensors.h"
#include "neural/infer/transformer.h"

namespace cantus::infer {

struct NetworkFile {
  std::vector<std::pair<std::string, Shape>> order;
  std::map<std::string, std::vector<float>> values;
  Metadata metadata;

  std::string bytes() const {
    std::vector<NamedTensor> tensors;
    for (const auto& [name, shape] : order)
      tensors.emplace_back(name, shape, values.at(name));
    return safetensors_bytes(tensors, metadata).value();
  }
};

/// Numbers of the size that training starts from; norms near 1.
inline NetworkFile random_network(const TransformerConfig& c, std::uint64_t seed) {
  NetworkFile file;
  Random random(seed);
  const auto add = [&](const std::string& name, Shape shape) {
    const bool norm = shape.size() == 1;
    const double size = norm ? 0.1 : 1.0 / std::sqrt(static_cast<double>(shape.back()));
    std::vector<float>& numbers = file.values[name];
    numbers.resize(norm ? shape[0] : shape[0] * shape[1]);
    for (float& x : numbers) {
      x = static_cast<float>((norm ? 1.0 : 0.0) + size * (2.0 * random.uniform() - 1.0) * 1.7);
    }
    file.order.emplace_back(name, std::move(shape));
  };
  const auto width = static_cast<std::uint64_t>(c.width);
  const auto hidden = static_cast<std::uint64_t>(c.hidden);
  add("embedding", {static_cast<std::uint64_t>(c.vocabulary), width});
  for (int i = 0; i < c.layers; ++i) {
    const std::string block = "blocks." + std::to_string(i) + ".";
    add(block + "attention_norm", {width});
    add(block + "attention_qkv", {3 * width, width});
    add(block + "attention_out", {width, width});
    add(block + "mlp_norm", {width});
    add(block + "mlp_in", {hidden, width});
    add(block + "mlp_out", {width, hidden});
  }
  add("final_norm", {width});
  file.metadata = {
      {"format", "cantus-transformer-1"},         {"layers", std::to_string(c.layers)},
      {"heads", std::to_string(c.heads)},         {"context", std::to_string(c.context)},
      {"rope_base", std::to_string(c.rope_base)}, {"vocabulary_hash", c.vocabulary_hash}};
  return file;
}

inline Transformer load_network(const NetworkFile& file,
                                std::optional<Precision> wanted = std::nullopt) {
  const std::string bytes = file.bytes();
  const auto parsed = SafeTensors::parse(std::as_bytes(std::span(bytes)));
  return Transformer::load(parsed.value(), wanted).value();
}

inline Transformer random_transformer(const TransformerConfig& config,
                                      std::uint64_t seed,
                                      std::optional<Precision> wanted = std::nullopt) {
  return load_network(random_network(config, seed), wanted);
}

}  // namespace cantus::infer
