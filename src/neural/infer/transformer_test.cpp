#include "neural/infer/transformer.h"

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "neural/infer/random_network.h"

namespace cantus::infer {
namespace {

const TransformerConfig kTiny{9, 8, 12, 2, 2, 10, 10000.0, "77"};

std::string refusal(const std::function<void(NetworkFile&)>& change) {
  NetworkFile network = random_network(kTiny, 1);
  change(network);
  const std::string bytes = network.bytes();
  const auto file = SafeTensors::parse(std::as_bytes(std::span(bytes)));
  if (!file) return file.error().message;
  const auto transformer = Transformer::load(*file);
  return transformer ? "accepted" : transformer.error().message;
}

std::string refusal_of(const std::string& key, const std::string& value) {
  return refusal([&](NetworkFile& network) { network.metadata[key] = value; });
}

void reshape(NetworkFile& network, const std::string& name, const Shape& shape) {
  for (auto& [other, old] : network.order) {
    if (other != name) continue;
    old = shape;
    std::size_t size = 1;
    for (const std::uint64_t length : shape)
      size *= length;
    network.values[name].resize(size);
  }
}

TEST(Transformer, TheConfigIsWhatTheFileSays) {
  NetworkFile network = random_network(kTiny, 1);
  network.metadata["note"] = "kept";
  const Transformer transformer = load_network(network);
  const TransformerConfig& c = transformer.config();
  EXPECT_EQ(c.vocabulary, 9);
  EXPECT_EQ(c.width, 8);
  EXPECT_EQ(c.hidden, 12);
  EXPECT_EQ(c.layers, 2);
  EXPECT_EQ(c.heads, 2);
  EXPECT_EQ(c.head_width(), 4);
  EXPECT_EQ(c.context, 10);
  EXPECT_EQ(c.rope_base, 10000.0);
  EXPECT_EQ(c.vocabulary_hash, "77");
  EXPECT_EQ(transformer.metadata().at("note"), "kept");
}

TEST(Transformer, PackedWeightsAreTheFiles) {
  const NetworkFile network = random_network(kTiny, 1);
  const Transformer transformer = load_network(network);
  const auto& values = network.values.at("blocks.1.mlp_in");
  std::vector<float> row(8);
  for (int r = 0; r < 12; ++r) {
    unpack_row(transformer.blocks()[1].mlp_in, r, row.data());
    for (std::size_t i = 0; i < 8; ++i) {
      EXPECT_EQ(row[i], values[static_cast<std::size_t>(r) * 8 + i]);
    }
  }
}

TEST(Transformer, RotationsAreCosinesAndSinesOfPositions) {
  const Transformer transformer = random_transformer(kTiny, 1);
  ASSERT_EQ(transformer.cosines().size(), 20U);
  for (std::size_t position = 0; position < 10; ++position) {
    const auto at = static_cast<double>(position);
    EXPECT_FLOAT_EQ(transformer.cosines()[2 * position], static_cast<float>(std::cos(at)));
    EXPECT_FLOAT_EQ(transformer.sines()[2 * position + 1], static_cast<float>(std::sin(at / 100)));
  }
}

TEST(Transformer, MetadataThatIsNotASensibleNumberIsRefused) {
  for (const char* key : {"layers", "heads", "context", "rope_base"}) {
    for (const char* value :
         {"", "0", "-1", "x", "2x", " 2", "99999999999999999999", "nan", "inf"}) {
      EXPECT_NE(refusal_of(key, value).find("__metadata__: " + std::string(key)), std::string::npos)
          << key << " " << value << ": " << refusal_of(key, value);
    }
    EXPECT_EQ(refusal([&](NetworkFile& n) { n.metadata.erase(key); }),
              "__metadata__ has no '" + std::string(key) + "'");
  }
  EXPECT_EQ(refusal_of("rope_base", "1e4"), "accepted");
  EXPECT_EQ(refusal_of("format", "gguf"), "its format is 'gguf', not 'cantus-transformer-1'");
}

TEST(Transformer, NumbersThatDisagreeAreRefused) {
  EXPECT_NE(refusal_of("heads", "3").find("does not make 3 heads"), std::string::npos);
  EXPECT_NE(refusal_of("heads", "8").find("even width"), std::string::npos);
  EXPECT_EQ(refusal_of("layers", "1"), "14 tensors, and 1 layers have 8");
  EXPECT_EQ(refusal_of("layers", "3"), "14 tensors, and 3 layers have 20");
  EXPECT_EQ(refusal([](NetworkFile& n) {
              n.order.front().first = "embeddings";
              n.values["embeddings"] = n.values["embedding"];
            }),
            "tensor embedding is missing");
  EXPECT_EQ(refusal([](NetworkFile& n) { reshape(n, "blocks.1.attention_qkv", {24, 4}); }),
            "tensor blocks.1.attention_qkv is [24, 4] and should be [24, 8]");
  EXPECT_EQ(refusal([](NetworkFile& n) { reshape(n, "blocks.1.mlp_in", {13, 8}); }),
            "tensor blocks.1.mlp_in is [13, 8] and should be [12, 8]");
  EXPECT_EQ(refusal([](NetworkFile& n) { reshape(n, "final_norm", {8, 1}); }),
            "tensor final_norm is [8, 1] and should be [8]");
  EXPECT_EQ(refusal([](NetworkFile& n) { reshape(n, "embedding", {72}); }),
            "tensor embedding: its shape has 1 lengths and should have 2");
  EXPECT_EQ(refusal([](NetworkFile& n) { reshape(n, "embedding", {0, 8}); }),
            "tensor embedding: a length of 0 is not from 1 to 65536");
}

TEST(Transformer, AWeightThatIsNoNumberIsRefusedWithItsPlace) {
  for (const float wrong :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(refusal([&](NetworkFile& n) { n.values["blocks.0.mlp_out"][5] = wrong; }),
              "tensor blocks.0.mlp_out: number 5 is not finite");
  }
}

TEST(Transformer, AContextTooLongForAnyMemoryIsRefused) {
  TransformerConfig wide = kTiny;
  wide.width = 2048;
  wide.context = 1 << 16;
  const std::string bytes = random_network(wide, 1).bytes();
  const auto loaded =
      Transformer::load(SafeTensors::parse(std::as_bytes(std::span(bytes))).value());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::unsupported);
  EXPECT_NE(loaded.error().message.find("2048 MiB of cache"), std::string::npos);
}

TEST(Transformer, AWrongIsaInTheEnvironmentIsSaidWhenLoading) {
  const char* before = std::getenv("CANTUS_ISA");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("CANTUS_ISA", "abacus", 1);
  EXPECT_NE(refusal([](NetworkFile&) {}).find("abacus"), std::string::npos);
  ::setenv("CANTUS_ISA", kept.c_str(), 1);
}

}  // namespace
}  // namespace cantus::infer
