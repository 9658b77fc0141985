#include "neural/infer/convert_weights.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "neural/infer/decoder.h"
#include "neural/infer/random_network.h"
#include "neural/infer/stored_matrix.h"

namespace cantus::infer {
namespace {

const TransformerConfig kTiny{9, 8, 12, 2, 2, 10, 10000.0, "77"};

Result<SafeTensors> parse(const std::string& bytes) {
  return SafeTensors::parse(std::as_bytes(std::span(bytes)));
}

std::string converted_network(Storage storage) {
  const std::string bytes = random_network(kTiny, 1).bytes();
  return converted(parse(bytes).value(), storage).value();
}

std::vector<float> logits_of(const std::string& bytes, std::optional<Precision> wanted) {
  const auto transformer = Transformer::load(parse(bytes).value(), wanted);
  Decoder decoder(transformer.value());
  const std::vector<Token> tokens = {1, 5, 3, 8, 2};
  std::vector<float> all(tokens.size() * 9);
  decoder.prefill(0, tokens, all);
  return all;
}

TEST(ConvertWeights, AFileGivesTheBitsOfRoundingWhenLoaded) {
  const std::string whole = random_network(kTiny, 1).bytes();
  EXPECT_EQ(logits_of(converted_network(Storage::int8), {}), logits_of(whole, Precision::int8));
  EXPECT_EQ(logits_of(converted_network(Storage::bfloat16), {}),
            logits_of(whole, Precision::bfloat16));
  EXPECT_EQ(logits_of(converted_network(Storage::float32), {}), logits_of(whole, {}));
}

TEST(ConvertWeights, TheEngineHoldsWhatTheFileHoldsUnlessAsked) {
  const auto precision = [](Storage storage, std::optional<Precision> wanted) {
    const std::string bytes = converted_network(storage);
    return Transformer::load(parse(bytes).value(), wanted).value().precision();
  };
  EXPECT_EQ(precision(Storage::float32, {}), Precision::float32);
  EXPECT_EQ(precision(Storage::float16, {}), Precision::float32);
  EXPECT_EQ(precision(Storage::bfloat16, {}), Precision::bfloat16);
  EXPECT_EQ(precision(Storage::int8, {}), Precision::int8);
  EXPECT_EQ(precision(Storage::int8, Precision::float32), Precision::float32);
  EXPECT_EQ(precision(Storage::float32, Precision::int8), Precision::int8);
}

TEST(ConvertWeights, SizesAreWhatTheTypesAre) {
  const auto bytes_of = [](Storage storage) {
    const std::string bytes = converted_network(storage);
    const auto file = parse(bytes);
    return file->find("embedding")->bytes.size();
  };
  EXPECT_EQ(bytes_of(Storage::float32), 9U * 8U * 4U);
  EXPECT_EQ(bytes_of(Storage::float16), 9U * 8U * 2U);
  EXPECT_EQ(bytes_of(Storage::bfloat16), 9U * 8U * 2U);
  EXPECT_EQ(bytes_of(Storage::int8), 9U * 8U);
}

TEST(ConvertWeights, ConvertingTwiceChangesNothing) {
  for (const Storage storage :
       {Storage::float32, Storage::float16, Storage::bfloat16, Storage::int8}) {
    const std::string once = converted_network(storage);
    EXPECT_EQ(converted(parse(once).value(), storage).value(), once);
  }
}

TEST(ConvertWeights, FromFileToFileAndOntoItself) {
  const auto path = std::filesystem::temp_directory_path() /
                    (std::to_string(::getpid()) + "_convert.safetensors");
  ASSERT_TRUE(write_file(path, random_network(kTiny, 1).bytes()));
  ASSERT_TRUE(convert_weights(path, path, Storage::int8));
  EXPECT_EQ(Transformer::load(path).value().precision(), Precision::int8);
  std::filesystem::remove(path);
  EXPECT_EQ(convert_weights(path, path, Storage::int8).error().code, ErrorCode::not_found);
}

TEST(ConvertWeights, WhatFloat16CannotHoldIsRefused) {
  NetworkFile network = random_network(kTiny, 1);
  network.values["blocks.0.mlp_in"][3] = 1e5F;
  const std::string bytes = network.bytes();
  EXPECT_EQ(converted(parse(bytes).value(), Storage::float16).error().message,
            "tensor blocks.0.mlp_in: the weight 100000 is too large for F16");
}

TEST(ConvertWeights, NamesAreThoseOfThePrecisionsAndFloat16) {
  EXPECT_EQ(storage_named("int8"), Storage::int8);
  EXPECT_EQ(storage_named("float16"), Storage::float16);
  EXPECT_EQ(storage_named("int4"), std::nullopt);
  EXPECT_EQ(precision_named("bf16"), Precision::bfloat16);
  EXPECT_EQ(precision_named("float16"), std::nullopt);
}

/// An int8 network as bytes, its scales or numbers changed first.
std::string refusal(const std::function<void(std::vector<NamedTensor>&)>& change) {
  const std::string bytes = converted_network(Storage::int8);
  const auto file = parse(bytes).value();
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : file.tensors())
    tensors.emplace_back(name, tensor.shape, tensor.type, tensor.bytes);
  change(tensors);
  const std::string changed = safetensors_bytes(tensors, file.metadata()).value();
  const auto loaded = Transformer::load(parse(changed).value());
  return loaded ? "accepted" : loaded.error().message;
}

NamedTensor& named(std::vector<NamedTensor>& tensors, const std::string& name) {
  return *std::ranges::find(tensors, name, &NamedTensor::name);
}

TEST(Int8File, AScaleThatLiesIsRefused) {
  const auto with_scale = [](float scale) {
    const std::vector<float> scales = {1.0F, 1.0F, 1.0F, scale, 1.0F, 1.0F, 1.0F, 1.0F};
    return refusal([&](std::vector<NamedTensor>& tensors) {
      named(tensors, "blocks.1.attention_out.scale").bytes = std::as_bytes(std::span(scales));
    });
  };
  EXPECT_EQ(with_scale(2.0F), "accepted");
  EXPECT_EQ(with_scale(0.0F), "accepted");
  const std::string tensor = "tensor blocks.1.attention_out.scale: ";
  EXPECT_EQ(with_scale(std::numeric_limits<float>::quiet_NaN()), tensor + "number 3 is not finite");
  EXPECT_EQ(with_scale(std::numeric_limits<float>::infinity()), tensor + "number 3 is not finite");
  EXPECT_EQ(with_scale(-1.0F), tensor + "the scale of row 3 is -1, not from 0 to 1e+36");
  EXPECT_EQ(with_scale(3e38F), tensor + "the scale of row 3 is 3e+38, not from 0 to 1e+36");
}

TEST(Int8File, ShapesAndTypesThatDisagreeAreRefused) {
  const std::vector<float> few(7, 1.0F);
  const std::vector<std::int8_t> whole(8, 1);
  EXPECT_EQ(refusal([&](std::vector<NamedTensor>& tensors) {
              NamedTensor& scales = named(tensors, "blocks.1.attention_out.scale");
              scales.shape = {7};
              scales.bytes = std::as_bytes(std::span(few));
            }),
            "tensor blocks.1.attention_out.scale is [7] and should be [8]");
  EXPECT_EQ(refusal([&](std::vector<NamedTensor>& tensors) {
              named(tensors, "blocks.0.mlp_in").shape = {8, 12};
            }),
            "tensor blocks.0.mlp_in is [8, 12] and should be [8, 8]");
  EXPECT_EQ(refusal([&](std::vector<NamedTensor>& tensors) {
              NamedTensor& norm = named(tensors, "final_norm");
              norm.type = "I8";
              norm.bytes = std::as_bytes(std::span(whole));
            }),
            "23 tensors, and 2 layers have 24");
  EXPECT_EQ(refusal([](std::vector<NamedTensor>& tensors) {
              named(tensors, "embedding.scale").name = "embedding.scales";
            }),
            "tensor embedding.scale is missing");
  EXPECT_EQ(refusal([](std::vector<NamedTensor>& tensors) {
              std::erase_if(tensors,
                            [](const NamedTensor& t) { return t.name == "embedding.scale"; });
            }),
            "22 tensors, and 2 layers have 23");
}

}  // namespace
}  // namespace cantus::infer
