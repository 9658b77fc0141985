// For tests: a band's networks with random weights.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <map>
#include <string>

#include "base/check.h"
#include "base/random.h"
#include "neural/band/network.h"

namespace cantus::band {

/// The bytes of a small network's file, with hands where asked for; `changes` replace entries of
/// its metadata.
inline std::string random_file(std::uint64_t seed,
                               const std::map<std::string, std::string>& changes,
                               bool hands = false) {
  constexpr std::uint64_t kHand = 32;
  constexpr std::uint64_t kWidth = 32;
  constexpr std::uint64_t kHidden = 48;
  Random random(seed);
  std::list<std::vector<float>> kept;
  std::vector<infer::NamedTensor> tensors;
  const auto add = [&](const std::string& name, infer::Shape shape, float centre = 0.0F) {
    std::uint64_t size = 1;
    for (const std::uint64_t n : shape)
      size *= n;
    std::vector<float>& values = kept.emplace_back(size);
    for (float& value : values)
      value = centre + 0.15F * static_cast<float>(random.normal());
    tensors.emplace_back(name, std::move(shape), std::span<const float>(values));
  };
  const auto trunk = [&](const std::string& name, std::uint64_t inputs, int blocks) {
    add(name + ".input", {kWidth, inputs});
    for (int i = 0; i < blocks; ++i) {
      const std::string block = name + "." + std::to_string(i) + ".";
      add(block + "attention_norm", {kWidth}, 1.0F);
      add(block + "attention_qkv", {3 * kWidth, kWidth});
      add(block + "attention_out", {kWidth, kWidth});
      add(block + "mlp_norm", {kWidth}, 1.0F);
      add(block + "mlp_in", {kHidden, kWidth});
      add(block + "mlp_out", {kWidth, kHidden});
    }
    add(name + ".final_norm", {kWidth}, 1.0F);
  };
  trunk("generator", kGeneratorInputs, 2);
  add("generator.head", {kPlayers, kHeadOutputs, kWidth});
  add("generator.head_bias", {kPlayers, kHeadOutputs});
  trunk("encoder", kEncoderInputs, 1);
  add("encoder.phrase", {2 * kPhraseNoise, kWidth});
  add("encoder.bars", {2 * kBarNoise, kWidth});
  add("encoder.players", {2 * kPlayerNoise, kWidth});
  add("encoder.cells", {2 * kCellNoise, kWidth});
  add("leanings", {kLeanings, kPlayers});
  add("noise.mean", {kNoise});
  std::vector<float>& root = kept.emplace_back(std::size_t{kNoise} * kNoise, 0.0F);
  for (std::size_t i = 0; i < kNoise; ++i) {
    root[i * (kNoise + 1)] = 1.0F;
    if (i > 0) root[i * kNoise] = 0.2F;
  }
  tensors.emplace_back("noise.root", infer::Shape{kNoise, kNoise}, std::span<const float>(root));
  if (hands) {
    add("hands.in", {kPlayers, kHandFeatures, kHand});
    add("hands.in_bias", {kPlayers, kHand});
    add("hands.mid", {kPlayers, kHand, kHand});
    add("hands.mid_bias", {kPlayers, kHand});
    add("hands.out", {kPlayers, HandOutputs::count, kHand});
    add("hands.out_bias", {kPlayers, HandOutputs::count});
    std::vector<float>& manner = kept.emplace_back();
    for (int p = 0; p < kPlayers; ++p)
      manner.insert(manner.end(), {0.3F, 1.0F, 0.02F, 1.0F, 0.02F, 3.0F, 0.2F});
    tensors.emplace_back("hands.manner", infer::Shape{kPlayers, kHandManner},
                         std::span<const float>(manner));
  }
  infer::Metadata metadata = {{"format", kFormat},       {"width", "32"},
                              {"hidden", "48"},          {"heads", "2"},
                              {"generator_blocks", "2"}, {"encoder_blocks", "1"}};
  for (const auto& [name, value] : changes)
    metadata[name] = value;
  const auto bytes = infer::safetensors_bytes(tensors, metadata);
  CANTUS_CHECK(bytes.has_value());
  return *bytes;
}

inline BandNet random_net(std::uint64_t seed, bool hands = false) {
  const std::string bytes = random_file(seed, {}, hands);
  const auto file = infer::SafeTensors::parse(std::as_bytes(std::span(bytes)));
  CANTUS_CHECK(file.has_value());
  auto net = BandNet::load(*file);
  CANTUS_CHECK(net.has_value());
  return std::move(*net);
}

}  // namespace cantus::band
