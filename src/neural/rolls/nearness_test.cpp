#include "neural/rolls/nearness.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::rolls {
namespace {

/// Pieces lie .6 to .9 from the training music, their phrases .05 around that.
std::vector<Apart> phrases_of(std::uint32_t pieces,
                              std::size_t of_each,
                              double moved,
                              std::uint64_t seed,
                              std::uint32_t first_piece = 0) {
  std::vector<Apart> phrases;
  for (std::uint32_t piece = 0; piece < pieces; ++piece) {
    Random lies = Random(9).fork("piece " + std::to_string(piece + first_piece));
    const double around = 0.6 + 0.3 * lies.uniform();
    Random random = Random(seed).fork("piece " + std::to_string(piece));
    for (std::size_t i = 0; i < of_each; ++i)
      phrases.push_back({piece + first_piece, around + moved + 0.1 * (random.uniform() - 0.5)});
  }
  return phrases;
}

double width(const Figure& figure) {
  return figure.high - figure.low;
}

TEST(Nearness, TheMeanIsOfPhrasesAndLiesInItsInterval) {
  const std::vector<Apart> phrases = {{1, 0.5}, {1, 0.7}, {1, 0.6}, {2, 0.8}};
  const Figure mean = mean_apart(phrases);
  EXPECT_TRUE(mean.known);
  EXPECT_DOUBLE_EQ(mean.value, 0.65);
  EXPECT_DOUBLE_EQ(mean.low, 0.6) << "the first piece, twice";
  EXPECT_DOUBLE_EQ(mean.high, 0.8) << "the second piece, twice";
  EXPECT_FALSE(mean_apart({}).known);
}

TEST(Nearness, ManyPhrasesOfFewPiecesSayLittle) {
  auto phrases = phrases_of(14, 60, 0.0, 1);
  const double few_pieces = width(mean_apart(phrases));
  for (std::size_t i = 0; i < phrases.size(); ++i)
    phrases[i].piece = static_cast<std::uint32_t>(i);
  EXPECT_GT(few_pieces, 5.0 * width(mean_apart(phrases)));
}

TEST(Nearness, ASmallDifferenceShowsBetweenPhrasesOfTheSamePiecesAlone) {
  const auto theirs = phrases_of(14, 60, 0.0, 1);
  const auto ours = phrases_of(14, 60, -0.02, 2);
  const Figure paired = difference_apart(ours, theirs);
  EXPECT_NEAR(paired.value, -0.02, 0.005);
  EXPECT_LT(paired.high, 0.0);
  auto of_others = ours;
  for (Apart& phrase : of_others)
    phrase.piece += 100;
  const Figure apart = difference_apart(of_others, theirs);
  EXPECT_DOUBLE_EQ(apart.value, paired.value);
  EXPECT_GT(apart.high, 0.0);
  EXPECT_GT(width(apart), 5.0 * width(paired));
}

TEST(Nearness, PhrasesThatLieAlikeAreNotSaidToLieNearer) {
  int outside = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Figure none =
        difference_apart(phrases_of(14, 20, 0.0, seed), phrases_of(14, 20, 0.0, seed + 1000));
    outside += none.low > 0.0 || none.high < 0.0 ? 1 : 0;
  }
  EXPECT_LE(outside, 14);
}

TEST(Nearness, TheSameSeedGivesTheSameIntervalAndNothingIsKnownOfNothing) {
  const auto a = phrases_of(5, 4, 0.0, 1);
  const auto b = phrases_of(7, 3, 0.1, 2, 50);
  EXPECT_EQ(difference_apart(a, b, 3).low, difference_apart(a, b, 3).low);
  EXPECT_NE(difference_apart(a, b, 3).low, difference_apart(a, b, 4).low);
  EXPECT_FALSE(difference_apart(a, {}).known);
  EXPECT_FALSE(difference_apart({}, a).known);
}

}  // namespace
}  // namespace cantus::rolls
