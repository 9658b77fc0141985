#include "neural/infer/decoder.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/infer/plain_network.h"
#include "neural/infer/random_network.h"

namespace cantus::infer {
namespace {

/// No length is a multiple of sixteen but the width.
const TransformerConfig kSmall{53, 48, 100, 2, 4, 70, 10000.0, "abc"};

std::vector<Token> some_tokens(int count, int vocabulary, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<Token> tokens(static_cast<std::size_t>(count));
  for (Token& token : tokens) {
    token = static_cast<Token>(random.below(static_cast<std::uint64_t>(vocabulary)));
  }
  return tokens;
}

void step(Decoder& decoder, int sequence, Token token) {
  const NextToken next{sequence, token};
  decoder.step({&next, 1});
}

/// The logits after every token, fed one at a time: [token][vocabulary].
std::vector<float> stepped(const Transformer& transformer,
                           std::span<const Token> tokens,
                           int threads = 1) {
  Decoder decoder(transformer, 1, threads);
  std::vector<float> all;
  for (const Token token : tokens) {
    step(decoder, 0, token);
    all.insert(all.end(), decoder.logits(0).begin(), decoder.logits(0).end());
  }
  return all;
}

/// The same, fed at once.
std::vector<float> prefilled(const Transformer& transformer,
                             std::span<const Token> tokens,
                             int threads = 1) {
  Decoder decoder(transformer, 1, threads);
  std::vector<float> all(tokens.size() * decoder.logits(0).size());
  decoder.prefill(0, tokens, all);
  return all;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

/// The last row of `all`.
std::span<const float> last(const std::vector<float>& all, const TransformerConfig& config) {
  return std::span(all).last(static_cast<std::size_t>(config.vocabulary));
}

TEST(Decoder, LogitsAreThoseOfThePlainNetwork) {
  const TransformerConfig usual{300, 128, 512, 3, 4, 64, 5e5, ""};
  const TransformerConfig least{1, 2, 1, 1, 1, 9, 1.0, ""};
  const TransformerConfig odd{5, 18, 7, 2, 3, 40, 100.0, ""};
  for (const TransformerConfig& config : {kSmall, usual, least, odd}) {
    const NetworkFile file = random_network(config, 7);
    const auto tokens = some_tokens(std::min(config.context, 60), config.vocabulary);
    const auto expected = PlainNetwork(config, file).logits(tokens);
    const auto logits = prefilled(load_network(file), tokens);
    const auto vocabulary = static_cast<std::size_t>(config.vocabulary);
    double worst = 0.0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const double truth = expected[i / vocabulary][i % vocabulary];
      worst = std::max(worst, std::abs(static_cast<double>(logits[i]) - truth));
    }
    EXPECT_LT(worst, 1e-4) << "width " << config.width;
  }
}

TEST(Decoder, PrefillGivesTheBitsOfSteps) {
  const Transformer transformer = random_transformer(kSmall, 3);
  const auto tokens = some_tokens(kSmall.context, kSmall.vocabulary);
  const auto steps = stepped(transformer, tokens);
  EXPECT_TRUE(same_bits(steps, prefilled(transformer, tokens)));
  Random random(9);
  for (int round = 0; round < 10; ++round) {
    Decoder decoder(transformer);
    for (std::span<const Token> left = tokens; !left.empty();) {
      const auto count = std::min<std::size_t>(left.size(), 1 + random.below(60));
      decoder.prefill(0, left.first(count));
      left = left.subspan(count);
    }
    EXPECT_TRUE(same_bits(decoder.logits(0), last(steps, kSmall)));
  }
}

TEST(Decoder, TheNumberOfThreadsChangesNoBit) {
  const Transformer transformer = random_transformer(kSmall, 4);
  const auto tokens = some_tokens(20, kSmall.vocabulary);
  const auto one = prefilled(transformer, tokens);
  for (const int threads : {2, 3, 7}) {
    EXPECT_TRUE(same_bits(one, prefilled(transformer, tokens, threads))) << threads;
    EXPECT_TRUE(same_bits(one, stepped(transformer, tokens, threads))) << threads;
  }
}

class EveryIsa : public testing::TestWithParam<Isa> {};

TEST_P(EveryIsa, GivesTheBitsOfScalar) {
  if (std::ranges::count(supported_isas(), GetParam()) == 0) {
    GTEST_SKIP() << "this machine cannot run " << name_of(GetParam());
  }
  for (const TransformerConfig& config :
       {kSmall, TransformerConfig{200, 64, 256, 2, 2, 100, 1e4, ""}}) {
    Transformer transformer = random_transformer(config, 5);
    const auto tokens = some_tokens(config.context, config.vocabulary);
    transformer.use(Isa::scalar);
    const auto scalar = prefilled(transformer, tokens);
    transformer.use(GetParam());
    EXPECT_TRUE(same_bits(scalar, prefilled(transformer, tokens)));
    EXPECT_TRUE(same_bits(scalar, stepped(transformer, tokens)));
  }
}

INSTANTIATE_TEST_SUITE_P(Decoder,
                         EveryIsa,
                         testing::Values(Isa::neon, Isa::avx2, Isa::avx512, Isa::avx512_vnni),
                         [](const auto& isa) { return std::string(name_of(isa.param)); });

std::string test_name(const testing::TestParamInfo<Precision>& precision) {
  return std::string(name_of(precision.param));
}

/// The laws of the order of things, for what is not float32.
class EveryPrecision : public testing::TestWithParam<Precision> {};

TEST_P(EveryPrecision, IsNearTheFloat32Network) {
  const TransformerConfig usual{300, 128, 512, 3, 4, 64, 5e5, ""};
  for (const TransformerConfig& config : {kSmall, usual}) {
    const NetworkFile file = random_network(config, 7);
    const auto tokens = some_tokens(60, config.vocabulary);
    const auto exact = prefilled(load_network(file), tokens);
    const auto rounded = prefilled(load_network(file, GetParam()), tokens);
    double squares = 0.0;
    double wrong = 0.0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const auto truth = static_cast<double>(exact[i]);
      squares += truth * truth;
      wrong +=
          (static_cast<double>(rounded[i]) - truth) * (static_cast<double>(rounded[i]) - truth);
    }
    EXPECT_LT(std::sqrt(wrong / squares), 0.03);
    EXPECT_GT(wrong, 0.0) << "was anything rounded?";
  }
}

TEST_P(EveryPrecision, GivesOneSetOfBitsHoweverItIsFed) {
  for (const TransformerConfig& config :
       {kSmall, TransformerConfig{5, 18, 7, 2, 3, 40, 100.0, ""}}) {
    Transformer transformer = random_transformer(config, 3, GetParam());
    const auto tokens = some_tokens(config.context, config.vocabulary);
    transformer.use(Isa::scalar);
    const auto scalar = stepped(transformer, tokens);
    for (const Isa isa : supported_isas()) {
      transformer.use(isa);
      EXPECT_TRUE(same_bits(scalar, stepped(transformer, tokens))) << name_of(isa);
      EXPECT_TRUE(same_bits(scalar, prefilled(transformer, tokens))) << name_of(isa);
      for (const int threads : {2, 3, 7})
        EXPECT_TRUE(same_bits(scalar, prefilled(transformer, tokens, threads))) << threads;
    }
  }
}

TEST_P(EveryPrecision, SequencesDecodedTogetherAreAsIfAlone) {
  const Transformer transformer = random_transformer(kSmall, 6, GetParam());
  for (const int sequences : {2, 5, 8, 9}) {
    Decoder together(transformer, sequences, 2);
    const auto tokens = some_tokens(40, kSmall.vocabulary);
    for (int s = 0; s < sequences; ++s)
      together.prefill(s, std::span(tokens).first(static_cast<std::size_t>(1 + s)));
    for (int i = 0; i < 20; ++i) {
      std::vector<NextToken> next;
      for (int s = 0; s < sequences; ++s)
        next.push_back({s, tokens[static_cast<std::size_t>(1 + s + i)]});
      together.step(next);
    }
    for (int s = 0; s < sequences; ++s) {
      const auto alone =
          stepped(transformer, std::span(tokens).first(static_cast<std::size_t>(21 + s)));
      EXPECT_TRUE(same_bits(together.logits(s), last(alone, kSmall))) << s << " of " << sequences;
    }
  }
}

TEST_P(EveryPrecision, ACopyGoesOnLikeTheOriginal) {
  const Transformer transformer = random_transformer(kSmall, 8, GetParam());
  const auto tokens = some_tokens(40, kSmall.vocabulary);
  Decoder decoder(transformer, 2);
  decoder.prefill(1, some_tokens(60, kSmall.vocabulary, 2));  // what is overwritten
  decoder.prefill(0, std::span(tokens).first(33));
  decoder.copy(0, 1);
  decoder.prefill(1, std::span(tokens).subspan(33));
  EXPECT_TRUE(same_bits(decoder.logits(1), last(stepped(transformer, tokens), kSmall)));
}

TEST_P(EveryPrecision, ANetworkThatOverflowsStillAnswers) {
  NetworkFile file = random_network(kSmall, 1);
  for (auto& [name, values] : file.values) {
    for (float& v : values)
      v *= 1e30F;
  }
  const auto logits = prefilled(load_network(file, GetParam()), some_tokens(30, kSmall.vocabulary));
  EXPECT_EQ(logits.size(), 30U * 53U);
}

INSTANTIATE_TEST_SUITE_P(Decoder,
                         EveryPrecision,
                         testing::Values(Precision::bfloat16, Precision::int8),
                         test_name);

TEST(Decoder, TheBitsAreTheseOnEveryMachine) {
  const Transformer transformer = random_transformer(kSmall, 2024);
  const auto logits = prefilled(transformer, some_tokens(kSmall.context, kSmall.vocabulary));
  const std::string_view bytes(reinterpret_cast<const char*>(logits.data()),
                               logits.size() * sizeof(float));
  EXPECT_EQ(hash_of(bytes), 6882962623423754905U);
}

TEST(Decoder, TheBitsOfRoundedNetworksAreTheseOnEveryMachine) {
  const auto hash = [](Precision precision) {
    const Transformer transformer = random_transformer(kSmall, 2024, precision);
    const auto logits = prefilled(transformer, some_tokens(kSmall.context, kSmall.vocabulary));
    return hash_of({reinterpret_cast<const char*>(logits.data()), logits.size() * sizeof(float)});
  };
  EXPECT_EQ(hash(Precision::bfloat16), 13647501551533677952U);
  EXPECT_EQ(hash(Precision::int8), 9469248088269994455U);
}

TEST(Decoder, SequencesDecodedTogetherAreAsIfAlone) {
  const Transformer transformer = random_transformer(kSmall, 6);
  for (const int sequences : {2, 3, 5, 6, 8, 9, 50}) {
    Decoder together(transformer, sequences);
    std::vector<std::vector<Token>> tokens;
    for (int s = 0; s < sequences; ++s) {
      tokens.push_back(some_tokens(12 + s % 7, kSmall.vocabulary, static_cast<std::uint64_t>(s)));
      together.prefill(s, std::span(tokens.back()).first(static_cast<std::size_t>(1 + s % 7)));
    }
    for (int i = 0; i < 11; ++i) {
      std::vector<NextToken> next;
      for (int s = sequences - 1; s >= 0; --s) {  // in any order
        next.push_back(
            {s, tokens[static_cast<std::size_t>(s)][static_cast<std::size_t>(1 + s % 7 + i)]});
      }
      together.step(next);
    }
    for (int s = 0; s < sequences; ++s) {
      const auto alone = stepped(transformer, tokens[static_cast<std::size_t>(s)]);
      EXPECT_TRUE(same_bits(together.logits(s), last(alone, kSmall))) << s << " of " << sequences;
    }
  }
}

TEST(Decoder, SequencesLeftOutOfAStepStayAsTheyWere) {
  const Transformer transformer = random_transformer(kSmall, 6);
  Decoder decoder(transformer, 3);
  for (int s = 0; s < 3; ++s)
    decoder.prefill(s, some_tokens(5, 53, 1));
  const std::vector<float> before(decoder.logits(0).begin(), decoder.logits(0).end());
  decoder.step(std::vector<NextToken>{{2, 7}, {1, 8}});
  EXPECT_TRUE(same_bits(decoder.logits(0), before));
  EXPECT_EQ(decoder.length(0), 5);
  EXPECT_EQ(decoder.length(2), 6);
  EXPECT_EQ(decoder.room(2), kSmall.context - 6);
  EXPECT_FALSE(same_bits(decoder.logits(1), decoder.logits(2)));
}

TEST(Decoder, ACopyGoesOnLikeTheOriginal) {
  const Transformer transformer = random_transformer(kSmall, 8);
  const auto tokens = some_tokens(40, kSmall.vocabulary);
  Decoder decoder(transformer, 2);
  decoder.prefill(1, some_tokens(60, kSmall.vocabulary, 2));  // what is overwritten
  decoder.prefill(0, std::span(tokens).first(33));
  decoder.copy(0, 1);
  EXPECT_EQ(decoder.length(1), 33);
  EXPECT_TRUE(same_bits(decoder.logits(0), decoder.logits(1)));
  step(decoder, 0, 1);  // does not touch the copy
  decoder.prefill(1, std::span(tokens).subspan(33));
  EXPECT_TRUE(same_bits(decoder.logits(1), last(stepped(transformer, tokens), kSmall)));
  decoder.copy(1, 1);
  EXPECT_EQ(decoder.length(1), 40);
}

TEST(Decoder, WhatIsRewoundLeavesNoTrace) {
  const Transformer transformer = random_transformer(kSmall, 8);
  const auto tokens = some_tokens(kSmall.context, kSmall.vocabulary);
  const auto straight = stepped(transformer, tokens);
  for (const int keep : {0, 1, 15, 16, 17, 40}) {
    Decoder decoder(transformer);
    decoder.prefill(0, std::span(tokens).first(static_cast<std::size_t>(keep)));
    decoder.prefill(0, some_tokens(kSmall.context - keep, kSmall.vocabulary, 3));
    decoder.rewind(0, keep);
    EXPECT_EQ(decoder.length(0), keep);
    decoder.prefill(0, std::span(tokens).subspan(static_cast<std::size_t>(keep)));
    EXPECT_TRUE(same_bits(decoder.logits(0), last(straight, kSmall))) << keep;
  }
}

TEST(Decoder, TwoDecodersShareOneTransformer) {
  const Transformer transformer = random_transformer(kSmall, 8);
  const auto tokens = some_tokens(20, kSmall.vocabulary);
  const auto alone = stepped(transformer, tokens);
  std::vector<float> there;
  std::thread other([&] { there = stepped(transformer, tokens); });
  const auto here = stepped(transformer, tokens);
  other.join();
  EXPECT_TRUE(same_bits(alone, here));
  EXPECT_TRUE(same_bits(alone, there));
}

TEST(Decoder, ANetworkThatOverflowsStillAnswers) {
  NetworkFile file = random_network(kSmall, 1);
  for (auto& [name, values] : file.values) {
    for (float& v : values)
      v *= 1e30F;
  }
  const Transformer transformer = load_network(file);
  const auto logits = prefilled(transformer, some_tokens(30, kSmall.vocabulary));
  EXPECT_EQ(logits.size(), 30U * 53U);
}

TEST(DecoderDeathTest, MisuseIsTheCallersBug) {
  const Transformer transformer = random_transformer(kSmall, 1);
  Decoder decoder(transformer, 2);
  decoder.prefill(0, some_tokens(kSmall.context, kSmall.vocabulary));
  EXPECT_DEATH(step(decoder, 0, 0), "context");
  EXPECT_DEATH(step(decoder, 1, 53), "vocabulary");
  EXPECT_DEATH(step(decoder, 2, 0), "sequence");
  EXPECT_DEATH(step(decoder, -1, 0), "sequence");
  EXPECT_DEATH(decoder.step(std::vector<NextToken>{{1, 0}, {1, 0}}), "sequence");
  EXPECT_DEATH(decoder.rewind(1, 1), "length");
  EXPECT_DEATH(decoder.copy(0, 5), "sequences");
}

}  // namespace
}  // namespace cantus::infer
