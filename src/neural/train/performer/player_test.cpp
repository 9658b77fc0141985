#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/train/performer/player_fit.h"
#include "neural/train/performer/ridge.h"

namespace cantus::performer {
namespace {

using score::beats;
using score::Tick;

/// A pianist: higher is louder, downbeats too; a hand's unevenness on top.
score::Piece playing(std::uint64_t seed, int bars) {
  Random random(seed);
  score::Piece piece;
  piece.tempo = score::TempoMap(120.0);
  score::Part part{"Piano", score::Role::melody, 0, {}, {}};
  for (int i = 0; i < 8 * bars; ++i) {
    const auto key = static_cast<int>(55 + random.below(24));
    score::Note note{Tick() + beats(i, 2), beats(1, 2), score::Pitch::clamped(key)};
    note.velocity = 70 + (key - 66) + (i % 8 == 0 ? 12 : 0) + static_cast<int>(random.below(7)) - 3;
    part.notes.push_back(note);
  }
  piece.parts = {part};
  score::tidy(piece);
  return piece;
}

Take take(std::uint64_t seed, corpus::Split split) {
  const score::Piece piece = playing(seed, 24);
  Take take = take_of(piece, piece.parts.front());
  take.split = split;
  return take;
}

TEST(Hand, OneThatVariesNoteByNoteIsShapedAndFadesAndProgramsAreNot) {
  score::Piece piece = playing(1, 24);
  EXPECT_TRUE(hand_of(piece, piece.parts[0]).is_shaped());
  EXPECT_FALSE(hand_of(piece, piece.parts[0]).is_played()) << "on the grid";
  auto& notes = piece.parts[0].notes;
  for (std::size_t i = 0; i < notes.size(); ++i)
    notes[i].velocity = 40 + static_cast<int>(i / 4);
  EXPECT_FALSE(hand_of(piece, piece.parts[0]).is_shaped()) << "a fade";
  for (std::size_t i = 0; i < notes.size(); ++i)
    notes[i].velocity = i % 2 == 0 ? 100 : 70;
  EXPECT_FALSE(hand_of(piece, piece.parts[0]).is_shaped()) << "a program";
}

TEST(Hand, OnsetsNearTheGridArePlayedAndOnsetsAnywhereAreNot) {
  score::Piece piece = playing(1, 24);
  Random random(3);
  score::Piece lost = piece;
  for (score::Note& note : piece.parts[0].notes)
    note.onset += score::TickLength(static_cast<std::int64_t>(200 * random.normal()) + 301);
  EXPECT_TRUE(hand_of(piece, piece.parts[0]).is_played());
  for (score::Note& note : lost.parts[0].notes)
    note.onset += score::TickLength(static_cast<std::int64_t>(random.below(10080)));
  EXPECT_FALSE(hand_of(lost, lost.parts[0]).is_played());
}

TEST(Takes, ThePageIsOnTheGridAtOneVelocityWithTheNotesOfTheScore) {
  score::Piece piece = playing(1, 4);
  for (score::Note& note : piece.parts[0].notes)
    note.onset += score::TickLength(101);
  const Take one = take_of(piece, piece.parts[0]);
  ASSERT_EQ(one.page.parts.front().notes.size(), one.notes.size());
  for (std::size_t i = 0; i < one.notes.size(); ++i) {
    EXPECT_EQ(one.page.parts.front().notes[i].onset, one.score.notes()[i].place);
    EXPECT_EQ(one.page.parts.front().notes[i].velocity, score::kDefaultVelocity);
    EXPECT_EQ(one.notes[i].velocity, piece.parts[0].notes[i].velocity);
  }
}

TEST(Ridge, FindsTheLineAndAPenaltyShortensIt) {
  Ridge ridge(2);
  for (const auto& [a, b] : {std::pair(1.0, 0.0), std::pair(0.0, 1.0), std::pair(1.0, 2.0)})
    ridge.add(std::array{a, b}, 3.0 * a - 2.0 * b, 1.0);
  const auto exact = ridge.solve(0.0);
  EXPECT_NEAR(exact[0], 3.0, 1e-6);
  EXPECT_NEAR(exact[1], -2.0, 1e-6);
  EXPECT_LT(std::abs(ridge.solve(1.0)[0]), 2.5);
  EXPECT_EQ(Ridge(2).solve(0.1), std::vector<double>(2));
}

TEST(Player, LearnsWhatAPianistDoesBetterThanTheBaselines) {
  std::vector<Take> takes;
  for (std::uint64_t seed = 1; seed <= 6; ++seed)
    takes.push_back(take(seed, corpus::Split::train));
  takes.push_back(take(9, corpus::Split::test));
  const auto shaper = touch::LineShaper::from(shaper_from(takes, corpus::Split::train, {}));
  ASSERT_TRUE(shaper);
  const auto rows = compare_players(*shaper, takes, corpus::Split::test);
  EXPECT_EQ(rows[0].errors.notes, 192U);
  EXPECT_LT(rows[1].errors.velocity, rows[0].errors.velocity);
  EXPECT_LT(rows[2].errors.velocity, 0.6 * rows[0].errors.velocity);
  EXPECT_GT(rows[2].errors.correlation, 0.8);
  EXPECT_EQ(player_errors(takes, corpus::Split::validation, part_mean()).notes, 0U);
}

TEST(Player, FromNothingLearnsNothing) {
  const auto weights = shaper_from({}, corpus::Split::train, {});
  EXPECT_EQ(weights.louder, std::vector<float>(touch::kLineFeatures));
  EXPECT_EQ(weights.later, std::vector<float>(touch::kLineFeatures));
}

TEST(Player, WithoutTheCollectionsItSaysWhere) {
  PlayerSettings settings;
  settings.data = "/nowhere";
  const auto errors = fit_player(settings);
  ASSERT_FALSE(errors);
  EXPECT_NE(errors.error().message.find("/nowhere/open/"), std::string::npos);
}

}  // namespace
}  // namespace cantus::performer
