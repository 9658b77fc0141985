#include "music/theory/repetition.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <gtest/gtest.h>

#include "base/random.h"
#include "music/theory/suffix_automaton.h"
#include "music/theory/test_pieces.h"

namespace cantus::theory {
namespace {

using score::Piece;
using score::Tick;

/// Eight-bar strains of the letters' own tunes, at 120 beats a minute.
Piece tune(std::string_view form, int up = 0) {
  Piece piece;
  score::Part part;
  part.role = score::Role::melody;
  double at = 0.0;
  for (const char letter : form) {
    Random random(static_cast<std::uint64_t>(letter));
    const double strain_end = at + 32.0;
    while (at < strain_end) {
      const double lasts = random.below(3) == 0 ? 1.0 : 0.5;
      part.notes.push_back(note(at, lasts, 60 + up + static_cast<int>(random.below(12))));
      at += lasts;
    }
    part.notes.back().length = score::TickLength(static_cast<std::int64_t>(
        (strain_end - (part.notes.back().onset - Tick()).beats()) * score::kTicksPerBeat));
    at = strain_end;
  }
  piece.parts = {part};
  score::tidy(piece);
  return piece;
}

/// The same notes with the bars in another order.
Piece bars_shuffled(Piece piece, std::uint64_t seed) {
  Random random(seed);
  std::vector<int> order(static_cast<std::size_t>(score::bars_of(piece)));
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = static_cast<int>(i);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random.below(i)]);
  for (score::Note& note : piece.parts[0].notes) {
    const int bar = piece.metre.bar_at(note.onset) - 1;
    note.onset += score::beats(4) * (order[static_cast<std::size_t>(bar)] - bar);
  }
  score::tidy(piece);
  return piece;
}

TEST(Repetition, AReturningStrainIsFoundAtItsLengthAndItsFitnessIsTheBooks) {
  const Piece piece = tune("AABA");
  const auto by_length = best_fitness_by_length(SelfSimilarity(piece));
  ASSERT_EQ(by_length.size(), 129U);
  // Three of four: match (3 - 1) / 3, cover (3 - 1) / 4.
  EXPECT_NEAR(by_length[32], 2.0 * (2.0 / 3.0) * 0.5 / (2.0 / 3.0 + 0.5), 0.02);
  EXPECT_GT(by_length[32], by_length[40] + 0.1);
}

TEST(Repetition, AFormThatReturnsIsMoreStructuredThanOneThatDoesNotOrItsBarsShuffled) {
  const Repetition returning = repetition_of(tune("AABA"));
  const Repetition through = repetition_of(tune("ABCD"));
  const Repetition shuffled = repetition_of(bars_shuffled(tune("AABA"), 3));
  for (const Repetition* less : {&through, &shuffled}) {
    EXPECT_GT(*returning.by_seconds.middle_term, *less->by_seconds.middle_term + 0.2);
    EXPECT_GT(*returning.by_seconds.long_term, *less->by_seconds.long_term + 0.3);
    EXPECT_GT(*returning.by_bars.long_term, *less->by_bars.long_term + 0.3);
    EXPECT_GT(*returning.compression, *less->compression + 0.3);
  }
  EXPECT_NEAR(*returning.bars_returning, 0.5, 0.1);
  EXPECT_NEAR(*through.bars_returning, 0.0, 0.05);
  EXPECT_EQ(*shuffled.bars_returning, *returning.bars_returning) << "order is all that is lost";
}

TEST(Repetition, TranspositionChangesNothing) {
  const Repetition here = repetition_of(tune("ABAC"));
  const Repetition there = repetition_of(tune("ABAC", 5));
  EXPECT_EQ(here.compression, there.compression);
  EXPECT_EQ(here.bars_returning, there.bars_returning);
  EXPECT_NEAR(*here.by_seconds.long_term, *there.by_seconds.long_term, 1e-9);
}

TEST(Repetition, ATwiceAsFastPieceKeepsItsFiguresByBars) {
  Piece piece = tune("AABA");
  const Repetition slow = repetition_of(piece);
  piece.tempo = score::TempoMap(240.0);
  const Repetition fast = repetition_of(piece);
  EXPECT_EQ(slow.by_bars.long_term, fast.by_bars.long_term);
  EXPECT_NE(slow.by_seconds.short_term, fast.by_seconds.short_term);
}

TEST(Repetition, CompressionCountsCopiesAsTwoAndNewStepsAsOne) {
  const std::vector<std::int64_t> fresh = {1, 2, 3, 4, 5, 6};
  EXPECT_DOUBLE_EQ(*compression_of(fresh), 1.0);
  const std::vector<std::int64_t> twice = {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6};
  EXPECT_DOUBLE_EQ(*compression_of(twice), 12.0 / 8.0);
  const std::vector<std::int64_t> pair = {1, 2, 9, 1, 2};
  EXPECT_DOUBLE_EQ(*compression_of(pair), 1.0) << "two steps cost as much as their copy";
  EXPECT_FALSE(compression_of(std::vector<std::int64_t>{1}));
}

TEST(Repetition, TheAutomatonFindsWhatAPlainSearchFinds) {
  Random random(4);
  std::vector<std::int64_t> text;
  for (int i = 0; i < 300; ++i)
    text.push_back(static_cast<std::int64_t>(random.below(3)));
  SuffixAutomaton heard;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t longest = 0;
    for (std::size_t from = 0; from < at; ++from) {
      std::size_t length = 0;
      while (from + length < at && at + length < text.size() &&
             text[from + length] == text[at + length])
        ++length;
      longest = std::max(longest, length);
    }
    ASSERT_EQ(heard.longest_start(std::span(text).subspan(at)), longest) << at;
    heard.add(text[at]);
  }
}

TEST(Repetition, LittleOrNothingHasNoFigures) {
  const Repetition nothing = repetition_of(Piece());
  EXPECT_FALSE(nothing.by_seconds.short_term);
  EXPECT_FALSE(nothing.compression);
  Piece piece;
  piece.parts = {line({60, 62, 64})};
  score::tidy(piece);
  const Repetition little = repetition_of(piece);
  EXPECT_FALSE(little.by_seconds.long_term);
  EXPECT_FALSE(little.bars_returning);
}

TEST(Repetition, AVeryLongPieceIsLookedAtInLongerFrames) {
  Piece piece;
  score::Part part;
  for (int i = 0; i < 3000; ++i)
    part.notes.push_back(note(i, 1.0, 60 + i % 7));
  piece.parts = {part};
  score::tidy(piece);
  const SelfSimilarity similarity(piece);
  EXPECT_LE(similarity.frames(), SelfSimilarity::kMostFrames);
  EXPECT_EQ(similarity.frame_length(), score::beats(8));
}

}  // namespace
}  // namespace cantus::theory
