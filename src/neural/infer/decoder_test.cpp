#include "neural/infer/decoder.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/infer/plain_network.h"
#include "neural/infer/random_network.h"

namespace cantus::infer {
namespace {

/// Nothing here is a multiple of sixteen but the width.
const TransformerConfig kSmall{53, 48, 100, 2, 4, 70, 10000.0, "abc"};

std::vector<Token> some_tokens(std::size_t count, int vocabulary, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<Token> tokens(count);
  for (Token& token : tokens) {
    token = static_cast<Token>(random.below(static_cast<std::uint64_t>(vocabulary)));
  }
  return tokens;
}

/// The logits after every token, fed one at a time.
std::vector<float> stepped(const Transformer& transformer, const std::vector<Token>& tokens) {
  Decoder decoder(transformer);
  std::vector<float> all;
  for (const Token token : tokens) {
    decoder.step({{{0, token}}});
    const auto logits = decoder.logits(0);
    all.insert(all.end(), logits.begin(), logits.end());
  }
  return all;
}

/// The same, fed at once.
std::vector<float> prefilled(const Transformer& transformer, const std::vector<Token>& tokens,
                             int threads = 1) {
  Decoder decoder(transformer, 1, threads);
  std::vector<float> all(tokens.size() *
                         static_cast<std::size_t>(transformer.config().vocabulary));
  decoder.prefill(0, tokens, all);
  return all;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return std::ranges::equal(a, b, [](float x, float y) {
    return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
  });
}

TEST(Decoder, LogitsAreThoseOfThePlainNetwork) {
  for (const TransformerConfig& config : {kSmall, TransformerConfig{300, 256, 1024, 4, 4, 64, 5e5, ""},
                                          TransformerConfig{5, 6, 7, 1, 3, 9, 100.0, ""}}) {
    const NetworkFile file = random_network(config, 7);
    const Transformer transformer = load_network(file);
    const auto tokens = some_tokens(static_cast<std::size_t>(std::min(config.context, 60)), config.vocabulary);
    const auto expected = PlainNetwork(config, file).logits(tokens);
    const auto logits = prefilled(transformer, tokens);
    double worst = 0.0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const auto vocabulary = static_cast<std::size_t>(config.vocabulary);
      worst = std::max(worst, std::abs(static_cast<double>(logits[i]) -
                                       expected[i / vocabulary][i % vocabulary]));
    }
    EXPECT_LT(worst, 1e-4);
    RecordProperty("worst", std::to_string(worst));
    printf("%g\n", worst);
  }
}

TEST(Decoder, PrefillGivesTheBitsOfSteps) {
  const Transformer transformer = random_transformer(kSmall, 3);
  const auto tokens = some_tokens(70, kSmall.vocabulary);
  EXPECT_TRUE(same_bits(stepped(transformer, tokens), prefilled(transformer, tokens)));
}

}  // namespace
}  // namespace cantus::infer
