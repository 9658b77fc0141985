#include "neural/train/ngram.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "neural/train/baselines.h"
#include "neural/train/toy_corpus.h"

namespace cantus::train {
namespace {

using Tokens = std::vector<std::uint16_t>;

std::vector<std::span<const std::uint16_t>> spans(const std::vector<Tokens>& sequences) {
  return {sequences.begin(), sequences.end()};
}

TEST(KneserNey, ABigramByHand) {
  // 0 1 0 1 2: bigrams begin-0, 0-1 twice, 1-0, 1-2; once: 3, twice: 1, so D2 = 3 / 5.
  // Continuation counts: 0 after {begin, 1} = 2, 1 after {0} = 1, 2 after {1} = 1;
  // once: 2, twice: 1, so D1 = 1 / 2, of 4 in all, three types.
  const std::vector<Tokens> data{{0, 1, 0, 1, 2}};
  const auto model = KneserNey::train(spans(data), 3, 2);
  ASSERT_TRUE(model);
  const double p0 = (2 - 0.5) / 4 + 0.5 * 3 / 4 / 3;
  const double p2 = (1 - 0.5) / 4 + 0.5 * 3 / 4 / 3;
  EXPECT_NEAR(model->probability(Tokens{1, 0}, 1), (1 - 0.6) / 2 + 0.6 * 2 / 2 * p0, 1e-12);
  EXPECT_NEAR(model->probability(Tokens{0, 1}, 1), (2 - 0.6) / 2 + 0.6 * 1 / 2 * p2, 1e-12);
  EXPECT_NEAR(model->probability(Tokens{0, 2}, 1), 0.6 * 1 / 2 * p2, 1e-12);
  // After 2 nothing was ever seen: the unigram alone.
  EXPECT_NEAR(model->probability(Tokens{2, 0}, 1), p0, 1e-12);
}

TEST(KneserNey, TheProbabilitiesAfterAnyContextAddUpToOne) {
  Random random(1);
  std::vector<Tokens> data(20);
  for (Tokens& tokens : data) {
    for (int i = 0; i < 50; ++i)
      tokens.push_back(static_cast<std::uint16_t>(random.below(7)));
  }
  const auto model = KneserNey::train(spans(data), 9, 5);  // 7 and 8 never occur
  ASSERT_TRUE(model);
  for (int trial = 0; trial < 50; ++trial) {
    Tokens tokens;
    for (int i = 0; i < trial % 7; ++i)
      tokens.push_back(static_cast<std::uint16_t>(random.below(9)));
    double sum = 0.0;
    for (std::uint16_t next = 0; next < 9; ++next) {
      tokens.push_back(next);
      const double p = model->probability(tokens, tokens.size() - 1);
      EXPECT_GT(p, 0.0);
      sum += p;
      tokens.pop_back();
    }
    EXPECT_NEAR(sum, 1.0, 1e-12);
  }
}

TEST(KneserNey, AVocabularyOrOrderThatIsTooLargeIsRefused) {
  const std::vector<Tokens> data{{0}};
  EXPECT_FALSE(KneserNey::train(spans(data), 4096, 5));
  EXPECT_FALSE(KneserNey::train(spans(data), 10, 6));
  EXPECT_TRUE(KneserNey::train(spans(data), 4095, 5));
}

TEST(Unigram, OneIsAddedToEachCount) {
  const std::vector<Tokens> data{{0, 0, 1}, {0}};
  const auto p = unigram(spans(data), 3);
  EXPECT_DOUBLE_EQ(p[0], 4.0 / 7.0);
  EXPECT_DOUBLE_EQ(p[1], 2.0 / 7.0);
  EXPECT_DOUBLE_EQ(p[2], 1.0 / 7.0);
}

TEST(Baselines, AreOrderedOnAPatternAndScoreTheSameTokens) {
  const TestFolder folder;
  write_climbing(folder / "toy.pack");
  const OpenedToy toy(folder / "toy.pack");
  const auto scores = score_baselines(toy.corpus, toy.catalogue, corpus::Split::test, 32);
  ASSERT_TRUE(scores);
  EXPECT_NEAR(scores->uniform.all.nats_a_token(), std::log(43.0), 1e-9);
  EXPECT_LT(scores->unigram.all.nats_a_token(), scores->uniform.all.nats_a_token());
  EXPECT_LT(scores->five_gram.all.nats_a_token(), scores->unigram.all.nats_a_token());
  EXPECT_LT(scores->bigram.all.nats_a_token(), scores->unigram.all.nats_a_token());
  EXPECT_FALSE(score_baselines(toy.corpus, toy.catalogue, corpus::Split::test, 32, {"no such"}));
  EXPECT_EQ(scores->unigram.all.tokens, scores->five_gram.all.tokens);
  std::uint64_t by_set = 0;
  for (const auto& [name, score] : scores->unigram.by_set)
    by_set += score.tokens;
  EXPECT_EQ(by_set, scores->unigram.all.tokens);
  EXPECT_EQ(scores->unigram.by_view.count("melody") + scores->unigram.by_view.count("all"),
            scores->unigram.by_view.size());
}

}  // namespace
}  // namespace cantus::train
