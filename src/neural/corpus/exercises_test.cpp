#include "neural/corpus/exercises.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "neural/tokens/decode.h"

namespace cantus::corpus {
namespace {

using score::beats;
using score::Tick;

score::Part line(score::Role role, int key, int bars) {
  score::Part part;
  part.role = role;
  for (int i = 0; i < 4 * bars; ++i)
    part.notes.push_back({Tick() + beats(i), beats(1), score::Pitch::clamped(key + i % 7)});
  return part;
}

ViewOfPiece view(View kind, std::vector<score::Part> parts, int bars) {
  score::Piece piece;
  piece.keys = {{Tick(), score::Key{}}};
  for (int bar = 0; bar < bars; ++bar) {
    piece.chords.push_back(
        {Tick() + beats(4 * bar), beats(4), *score::chord_from_text(bar % 2 == 0 ? "C" : "G7")});
  }
  piece.parts = std::move(parts);
  piece.end = Tick() + beats(4 * bars);
  return {kind, piece, theory::mood_of(piece)};
}

std::vector<View> views_of(const std::vector<Exercise>& exercises) {
  std::vector<View> views;
  for (const Exercise& exercise : exercises)
    views.push_back(exercise.view);
  return views;
}

TEST(Exercises, ALeadIsPractisedWholeHarmonisedAndWithGaps) {
  const auto lead = view(View::lead, {line(score::Role::melody, 60, 48)}, 48);
  const auto exercises = exercises_of(lead, 2, Random(1));
  EXPECT_EQ(views_of(exercises),
            (std::vector<View>{View::lead, View::harmony, View::gap, View::gap}));
  const auto whole = tokens::decode(exercises[0].encoded.tokens);
  const auto answered = tokens::decode(exercises[1].encoded.tokens);
  EXPECT_EQ(*whole, tokens::expressible(lead.piece));
  EXPECT_EQ(*answered, *whole);
}

TEST(Exercises, ABandIsTurnedTwiceAndIsTheSameMusic) {
  const auto band = view(View::band,
                         {line(score::Role::melody, 72, 8), line(score::Role::chords, 60, 8),
                          line(score::Role::bass, 40, 8)},
                         8);
  const auto exercises = exercises_of(band, 8, Random(5));
  ASSERT_EQ(views_of(exercises), (std::vector<View>{View::band, View::turn, View::turn}));
  for (const Exercise& exercise : exercises)
    EXPECT_EQ(*tokens::decode(exercise.encoded.tokens), tokens::expressible(band.piece));
  EXPECT_NE(exercises[1].encoded.tokens, exercises[0].encoded.tokens);
}

TEST(Exercises, AGapIsShortEnoughToBeHeardWhole) {
  std::vector<score::Part> parts;
  for (int i = 0; i < 4; ++i) {
    parts.push_back(line(score::Role::chords, 50 + 7 * i, 60));
    parts.push_back(line(score::Role::pad, 40 + 7 * i, 60));
  }
  const auto exercises = exercises_of(view(View::band, parts, 60), 8, Random(2));
  int gaps = 0;
  for (const Exercise& exercise : exercises) {
    if (exercise.view != View::gap) continue;
    ++gaps;
    EXPECT_LE(exercise.encoded.tokens.size(), 500U);
    EXPECT_LE(exercise.encoded.header_length, 200U);
    EXPECT_TRUE(tokens::decode(exercise.encoded.tokens));
  }
  EXPECT_GT(gaps, 0);
}

TEST(Exercises, ConditionsAreSaidOftenAndLeftOutOften) {
  const auto lead = view(View::lead, {line(score::Role::melody, 60, 8)}, 8);
  const tokens::Heading all = heading_of(lead.piece, lead.mood, 2);
  EXPECT_TRUE(all.valence && all.arousal && all.density && all.height);
  EXPECT_EQ(all.density, tokens::density_band(1.0));
  EXPECT_EQ(all.height, tokens::height_band(63.0));
  int with = 0;
  int without = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto exercises = exercises_of(lead, 2, Random(seed));
    const bool said = std::ranges::any_of(exercises[0].encoded.tokens, [](tokens::Token id) {
      return tokens::is(id, tokens::Kind::valence);
    });
    ++(said ? with : without);
  }
  EXPECT_GT(with, 40);
  EXPECT_GT(without, 20);
}

}  // namespace
}  // namespace cantus::corpus
