// Logits that LibTorch computed for weights that the trainer wrote: fixtures/tiny.safetensors and
// fixtures/tiny_expected.json, {"tokens": [...], "logits": [[...], ...]}.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "neural/infer/decoder.h"

namespace cantus::infer {
namespace {

TEST(Fixture, LogitsAreLibTorchsWithinATenThousandth) {
  const std::filesystem::path folder = CANTUS_FIXTURES;
  const auto transformer = Transformer::load(folder / "tiny.safetensors");
  ASSERT_TRUE(transformer) << transformer.error().message;
  const auto text = read_file(folder / "tiny_expected.json");
  ASSERT_TRUE(text) << text.error().message;
  const auto expected = nlohmann::json::parse(*text);
  const auto tokens = expected.at("tokens").get<std::vector<Token>>();
  const auto logits = expected.at("logits").get<std::vector<std::vector<double>>>();
  ASSERT_EQ(tokens.size(), logits.size());
  ASSERT_FALSE(tokens.empty());

  Decoder decoder(*transformer);
  double worst = 0.0;
  for (std::size_t t = 0; t < tokens.size(); ++t) {
    decoder.step(std::vector<NextToken>{{0, tokens[t]}});
    const auto ours = decoder.logits(0);
    ASSERT_EQ(ours.size(), logits[t].size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      worst = std::max(worst, std::abs(static_cast<double>(ours[i]) - logits[t][i]));
    }
  }
  EXPECT_LT(worst, 1e-4);
}

}  // namespace
}  // namespace cantus::infer
