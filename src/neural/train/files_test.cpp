#include "base/files.h"

#include <csignal>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <zlib.h>

#include "neural/train/card.h"
#include "neural/train/checkpoint.h"
#include "neural/train/curve_picture.h"
#include "neural/train/model_file.h"
#include "neural/train/safetensors.h"
#include "neural/train/toy_corpus.h"

namespace cantus::train {
namespace {

using testing::HasSubstr;

ModelShape small_shape() {
  ModelShape shape;
  shape.vocabulary = 5;
  shape.width = 8;
  shape.layers = 2;
  shape.heads = 2;
  shape.hidden = 12;
  shape.context = 16;
  shape.vocabulary_hash = "00ff";
  return shape;
}

std::vector<float> numbered(std::int64_t size) {
  std::vector<float> values(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i) * 0.25F - 7.0F;
  return values;
}

TEST(ModelFile, WhatIsWrittenIsReadBack) {
  const TestFolder folder;
  const ModelShape shape = small_shape();
  const auto weights = numbered(shape.weights());
  ASSERT_TRUE(write_model(folder / "m.safetensors", shape, weights));
  const auto read = read_model(folder / "m.safetensors");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->shape, shape);
  EXPECT_EQ(read->weights, weights);
}

TEST(ModelFile, HasTheNamesAndShapesOfTheFormat) {
  const TestFolder folder;
  const ModelShape shape = small_shape();
  ASSERT_TRUE(write_model(folder / "m.safetensors", shape, numbered(shape.weights())));
  const auto file = read_tensors(folder / "m.safetensors");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->tensors.size(), 14U);
  EXPECT_THAT(file->tensors.at("blocks.1.attention_qkv").shape, testing::ElementsAre(24, 8));
  EXPECT_THAT(file->tensors.at("blocks.0.mlp_out").shape, testing::ElementsAre(8, 12));
  EXPECT_THAT(file->tensors.at("final_norm").shape, testing::ElementsAre(8));
  EXPECT_EQ(file->metadata.at("format"), "cantus-transformer-1");
  EXPECT_EQ(file->metadata.at("rope_base"), "10000");
}

TEST(ModelFile, EveryTruncationIsRefused) {
  const TestFolder folder;
  const ModelShape shape = small_shape();
  ASSERT_TRUE(write_model(folder / "m.safetensors", shape, numbered(shape.weights())));
  const std::string bytes = *read_file(folder / "m.safetensors");
  const auto* data = reinterpret_cast<const std::byte*>(bytes.data());
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    EXPECT_FALSE(parse_tensors({data, size})) << size;
  }
}

TEST(ModelFile, ATensorOfAnotherShapeIsRefusedByName) {
  const TestFolder folder;
  const ModelShape shape = small_shape();
  auto file = TensorFile();
  ASSERT_TRUE(write_model(folder / "m.safetensors", shape, numbered(shape.weights())));
  file = *read_tensors(folder / "m.safetensors");
  file.tensors.at("blocks.1.mlp_norm") = {{4}, {1, 2, 3, 4}};
  std::vector<TensorView> views;
  for (const auto& [name, tensor] : file.tensors) {
    views.push_back({name, tensor.shape, tensor.values});
  }
  ASSERT_TRUE(write_tensors(folder / "m.safetensors", file.metadata, views));
  const auto read = read_model(folder / "m.safetensors");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("blocks.1.mlp_norm"));
}

TEST(Safetensors, OffsetsThatLieOutsideTheFileAreRefused) {
  const auto parse = [](const std::string& header, std::size_t data) {
    std::string bytes(8, '\0');
    const std::uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, 8);
    bytes += header + std::string(data, '\0');
    return parse_tensors({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
  };
  EXPECT_TRUE(parse(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8));
  EXPECT_FALSE(parse(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 7));
  EXPECT_FALSE(parse(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8));
  EXPECT_FALSE(parse(R"({"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}})", 8));
  EXPECT_FALSE(parse(R"({"a":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}})", 8));
  EXPECT_FALSE(parse(R"({"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}})", 8));
  EXPECT_FALSE(
      parse(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 8));
  EXPECT_FALSE(parse(R"([1])", 8));
  const std::string twice =
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  EXPECT_FALSE(parse(twice, 8));
}

TEST(Safetensors, HalvesAreReadAsFloats) {
  const std::string header = R"({"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})";
  std::string bytes(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  bytes += header + std::string("\x00\x3e\x00\xc0", 4);
  const auto file = parse_tensors({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->tensors.at("a").values, (std::vector<float>{1.5F, -2.0F}));
}

Checkpoint some_checkpoint() {
  Checkpoint c;
  c.settings = "{\"a\":1}";
  c.step = 30;
  c.total_steps = 100;
  c.seconds = 12.5;
  c.tokens = 777;
  c.loss_sum = 1.0 / 3.0;
  c.loss_tokens = 9;
  c.curve = {{10, 100, 1.5, 3.25, std::nullopt}, {20, 200, 3.0, 2.5, 2.75}};
  c.weights = numbered(50);
  c.first_moment = numbered(50);
  c.second_moment = numbered(50);
  return c;
}

TEST(CheckpointFile, WhatIsWrittenIsReadBack) {
  const TestFolder folder;
  const Checkpoint c = some_checkpoint();
  ASSERT_TRUE(write_checkpoint(folder.path(), c));
  const auto read = read_checkpoint(folder.path());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->settings, c.settings);
  EXPECT_EQ(read->step, 30);
  EXPECT_EQ(read->loss_sum, c.loss_sum);
  ASSERT_EQ(read->curve.size(), 2U);
  EXPECT_EQ(read->curve[0].validation, std::nullopt);
  EXPECT_EQ(read->curve[1].validation, 2.75);
  EXPECT_EQ(read->weights, c.weights);
  EXPECT_TRUE(read->average.empty());
}

TEST(CheckpointFile, AWriteThatFailsHalfwayLeavesTheOldOne) {
  const TestFolder folder;
  ASSERT_TRUE(write_checkpoint(folder.path(), some_checkpoint()));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  Checkpoint later = some_checkpoint();
  later.step = 40;
  later.weights = later.first_moment = later.second_moment = numbered(100000);
  const auto written = write_checkpoint(folder.path(), later);
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_FALSE(written);
  const auto read = read_checkpoint(folder.path());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->step, 30);
  const auto files = std::filesystem::directory_iterator(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(CheckpointFile, OnlyOwnLeftoversAreRemoved) {
  const TestFolder folder;
  ASSERT_TRUE(write_file(folder / ".checkpoint.12.part.safetensors", "half"));
  ASSERT_TRUE(write_file(folder / "checkpoint.safetensors", "whole"));
  ASSERT_TRUE(write_file(folder / "notes.txt", "mine"));
  remove_leftovers(folder.path());
  EXPECT_FALSE(std::filesystem::exists(folder / ".checkpoint.12.part.safetensors"));
  EXPECT_TRUE(std::filesystem::exists(folder / "checkpoint.safetensors"));
  EXPECT_TRUE(std::filesystem::exists(folder / "notes.txt"));
}

TEST(CardFile, NamesTheSetsWithTheirLicences) {
  corpus::Catalogue catalogue = toy_catalogue();
  Card card;
  card.name = "small";
  card.shape = small_shape();
  card.settings = R"({"seed": 1})";
  card.catalogue = &catalogue;
  card.curve = some_checkpoint().curve;
  const auto value = nlohmann::json::parse(to_json(card));
  EXPECT_EQ(value["data"]["sets"][0]["licence"], "CC0-1.0");
  EXPECT_EQ(value["network"]["weights"], small_shape().weights());
  EXPECT_EQ(value["training"]["settings"]["seed"], 1);
  EXPECT_EQ(value["curve"].size(), 2U);
  EXPECT_FALSE(value["likelihood"].contains("test"));
}

TEST(CardFile, ScoresCanBeAddedLater) {
  const TestFolder folder;
  Card card;
  card.settings = "{}";
  ASSERT_TRUE(write_file(folder / "m.json", to_json(card)));
  Scores scores;
  scores.all = {20.0, 10};
  scores.by_set["airs"] = {20.0, 10};
  ASSERT_TRUE(add_scores(folder / "m.json", "test", scores));
  const auto value = nlohmann::json::parse(*read_file(folder / "m.json"));
  EXPECT_EQ(value["likelihood"]["test"]["nats_a_token"], 2.0);
  EXPECT_EQ(value["likelihood"]["test"]["by_set"]["airs"]["tokens"], 10);
}

/// The rows of a PNG, as bytes with their filter, inflated by zlib.
std::string rows_of(const std::string& png, std::size_t size) {
  const std::size_t at = png.find("IDAT") + 4;
  std::string rows(size, '\0');
  uLongf length = size;
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(rows.data()), &length,
                       reinterpret_cast<const Bytef*>(png.data()) + at,
                       static_cast<uLong>(png.size() - at - 16)),
            Z_OK);
  EXPECT_EQ(length, size);
  return rows;
}

TEST(Png, ZlibInflatesItsRows) {
  Picture picture(3, 2, {1, 2, 200});
  picture.dot(2, 1, {9, 8, 7});
  const std::string png = picture.png();
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  // CRC-32 of an empty IEND chunk, from the PNG specification.
  EXPECT_EQ(png.substr(png.size() - 8), "IEND\xAE\x42\x60\x82");
  const std::string rows = rows_of(png, 2 * (1 + 9));
  EXPECT_EQ(rows.substr(0, 4), "\x02\x01\x02\xC8");
  EXPECT_EQ(rows.substr(10, 10), std::string("\x02\0\0\0\0\0\0\x08\x06\x3F", 10));
}

TEST(Png, AnyPictureIsInflatedToItsPixels) {
  Random random(1);
  for (const std::uint64_t colours : {2, 5, 256}) {
    Picture picture(61, 37, {});
    for (int i = 0; i < 61 * 37; ++i) {
      const auto c = static_cast<std::uint8_t>(random.below(colours) * 255 / (colours - 1));
      picture.dot(i % 61, i / 61, {c, static_cast<std::uint8_t>(255 - c), 7});
    }
    const std::string rows = rows_of(picture.png(), 37 * (1 + 3 * 61));
    std::string above(183, '\0');
    for (int y = 0; y < 37; ++y) {
      for (int i = 0; i < 183; ++i) {
        auto& byte = above[static_cast<std::size_t>(i)];
        byte = static_cast<char>(byte + rows[static_cast<std::size_t>(y * 184 + 1 + i)]);
      }
      EXPECT_EQ(static_cast<std::uint8_t>(above[180]), picture.at(60, y).red);
      EXPECT_EQ(static_cast<std::uint8_t>(above[1]), picture.at(0, y).green);
    }
  }
}

TEST(CurvePicture, ShowsBothCurvesInTheirColours) {
  Curve curve;
  for (int i = 0; i <= 20; ++i) {
    curve.push_back({i * 100, 0, 0.0, 6.0 - 0.2 * i, std::nullopt});
    if (i % 5 == 0) curve.back().validation = 6.2 - 0.19 * i;
  }
  const Picture picture = draw_curve(curve);
  int blue = 0;
  int grey = 0;
  for (int y = 60; y < picture.height() - 60; ++y) {
    for (int x = 80; x < picture.width() - 30; ++x) {
      const Colour c = picture.at(x, y);
      blue += c.blue == 190 && c.red == 20 ? 1 : 0;
      grey += c.red == 150 ? 1 : 0;
    }
  }
  EXPECT_LT(picture.png().size(), 60000U);
  EXPECT_GT(blue, 1000);
  EXPECT_GT(grey, 300);
}

TEST(CurvePicture, AnEmptyCurveIsAnEmptyPicture) {
  EXPECT_GT(draw_curve({}).png().size(), 500U);
  EXPECT_GT(draw_curve({{0, 0, 0.0, std::nullopt, 1.0}}).png().size(), 500U);
}

}  // namespace
}  // namespace cantus::train
