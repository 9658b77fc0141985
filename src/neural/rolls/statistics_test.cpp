#include "neural/rolls/statistics.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace cantus::rolls {
namespace {

std::size_t place_of(const std::string& name) {
  const auto& names = figure_names();
  const auto found = std::ranges::find(names, name);
  EXPECT_NE(found, names.end()) << name;
  return static_cast<std::size_t>(found - names.begin());
}

double value_of(const Roll& roll, const std::string& name) {
  const Ratio ratio = ratios_of(roll)[place_of(name)];
  return ratio.count > 0.0 ? ratio.sum / ratio.count : std::nan("");
}

TEST(Statistics, EveryFigureHasANameOfItsOwn) {
  auto names = figure_names();
  EXPECT_EQ(names[0], "EB drums");
  EXPECT_EQ(names[kMuseGanFigures - 1], "TD pad-melody");
  EXPECT_EQ(names[kFigures - 1], "groove");
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Statistics, ABarIsEmptyWhereNothingSoundsNotWhereNothingIsStruck) {
  Roll roll;
  roll.of(Player::pad) = {{0, 60, 60, 5}};
  EXPECT_DOUBLE_EQ(value_of(roll, "EB pad"), 0.5);
  EXPECT_DOUBLE_EQ(value_of(roll, "EB melody"), 1.0);
  EXPECT_DOUBLE_EQ(value_of(roll, "notes pad"), 0.5);
  EXPECT_TRUE(std::isnan(value_of(roll, "notes melody")));
}

TEST(Statistics, PitchClassesAreCountedOverOctavesAndOverHeldNotes) {
  Roll roll;
  roll.of(Player::bass) = {{0, 12, 36, 5}, {12, 12, 48, 5}, {24, 48, 43, 5}, {60, 12, 41, 5}};
  // The first bar has C and G, the second G (held) and F.
  EXPECT_DOUBLE_EQ(value_of(roll, "UPC bass"), 2.0);
  EXPECT_DOUBLE_EQ(value_of(roll, "EB bass"), 0.5);
}

TEST(Statistics, ANoteOfAThirtySecondIsQualifiedAndAShorterOneIsNot) {
  Roll roll;
  roll.of(Player::melody) = {{0, 1, 60, 5}, {3, 2, 60, 5}, {6, 3, 60, 5}, {12, 12, 60, 5}};
  EXPECT_DOUBLE_EQ(value_of(roll, "QN melody"), 0.75);
}

TEST(Statistics, DrumsOffTheSixteenthsCountATenth) {
  Roll roll;
  roll.of(Player::drums) = {{0, 1, 36, 5}, {3, 1, 42, 5}, {4, 1, 42, 5}, {6, 1, 38, 5}};
  EXPECT_DOUBLE_EQ(value_of(roll, "DP drums"), 3.1 / 4.0);
  EXPECT_DOUBLE_EQ(value_of(roll, "drums on eighths"), 0.5);
}

TEST(Statistics, TheTonalDistanceOfUnisonsIsZeroAndOfAFifthIsHartes) {
  Roll roll;
  roll.of(Player::bass) = {{0, 12, 36, 5}};
  roll.of(Player::melody) = {{0, 12, 72, 5}};
  roll.of(Player::chords) = {{0, 24, 67, 5}};
  EXPECT_NEAR(value_of(roll, "TD bass-melody"), 0.0, 1e-12);
  // A fifth is 30 degrees on the circle of fifths, 90 on that of minor thirds and 120 on that of
  // major thirds, whose radius is a half: the sums of squares of the chords are 0.268, 2 and 0.75.
  const double fifth = std::sqrt((2.0 - std::sqrt(3.0)) + 2.0 + 0.75);
  EXPECT_NEAR(value_of(roll, "TD bass-chords"), fifth, 1e-9);
  EXPECT_EQ(ratios_of(roll)[place_of("TD bass-chords")].count, 1.0);
  EXPECT_TRUE(std::isnan(value_of(roll, "TD bass-pad")));
}

TEST(Statistics, PolyphonyIsOfTheStepsThatSound) {
  Roll roll;
  roll.of(Player::chords) = {{0, 12, 60, 5}, {0, 12, 64, 5}, {12, 12, 67, 5}};
  EXPECT_DOUBLE_EQ(value_of(roll, "polyphony chords"), 1.5);
}

TEST(Statistics, SoundingTimeIsInItsHalfBarsChordOrNot) {
  Roll roll;
  roll.chords[0] = {0b000010010001, 0, 0};  // C
  roll.chords[1] = {0b010100000010, 1, 1};  // C sharp, G sharp, B flat
  roll.of(Player::melody) = {
      {0, 12, 60, 5}, {12, 6, 62, 5}, {18, 6, 61, 5}, {24, 6, 61, 5}, {48, 12, 61, 5}};
  // C in the chord 12; D in the scale 6; C sharp out 6, in the second chord 6; then no chord.
  EXPECT_DOUBLE_EQ(value_of(roll, "in chord"), 18.0 / 30.0);
  EXPECT_DOUBLE_EQ(value_of(roll, "in chord or scale"), 24.0 / 30.0);
}

TEST(Statistics, GrooveIsOneWhereEveryBarHasTheSameOnsets) {
  Roll roll;
  for (std::int16_t bar = 0; bar < 4; ++bar)
    roll.of(Player::drums).push_back({static_cast<std::int16_t>(48 * bar), 1, 36, 5});
  EXPECT_DOUBLE_EQ(value_of(roll, "groove"), 1.0);
  roll.of(Player::drums).push_back({static_cast<std::int16_t>(48 * 3 + 6), 1, 36, 5});
  EXPECT_DOUBLE_EQ(value_of(roll, "groove"), 1.0 - 1.0 / 48.0 / 3.0);
}

TEST(Statistics, AFigureOfASetIsASumOverASum) {
  Roll one;
  one.of(Player::melody) = {{0, 1, 60, 5}};
  Roll three;
  three.of(Player::melody) = {{0, 4, 60, 5}, {12, 4, 60, 5}, {24, 4, 60, 5}};
  const Figures figures = figures_of(std::vector{one, three});
  const Figure& qualified = figures[place_of("QN melody")];
  EXPECT_TRUE(qualified.known);
  EXPECT_DOUBLE_EQ(qualified.value, 0.75);
  EXPECT_DOUBLE_EQ(qualified.low, 0.0);
  EXPECT_DOUBLE_EQ(qualified.high, 1.0);
  EXPECT_FALSE(figures[place_of("QN bass")].known);
}

TEST(Statistics, PhrasesOfOnePieceAreResampledTogether) {
  Roll one;
  one.of(Player::melody) = {{0, 1, 60, 5}};
  Roll long_note;
  long_note.of(Player::melody) = {{0, 4, 60, 5}};
  Statistics statistics;
  statistics.add(one, 3);
  statistics.add(long_note, 3);
  EXPECT_EQ(statistics.pieces(), 1U);
  EXPECT_EQ(statistics.phrases(), 2U);
  const Figure qualified = statistics.figures()[place_of("QN melody")];
  EXPECT_DOUBLE_EQ(qualified.low, 0.5);
  EXPECT_DOUBLE_EQ(qualified.high, 0.5);
}

TEST(Statistics, AnEmptySetKnowsNothing) {
  for (const Figure& figure : Statistics().figures())
    EXPECT_FALSE(figure.known);
}

TEST(Statistics, ShufflingKeepsEachPlayersNotesAndMixesThePhrases) {
  std::vector<Roll> rolls;
  for (int i = 0; i < 30; ++i) {
    Roll roll;
    if (i % 3 == 0) roll.metre = {6, 8};
    const auto key = static_cast<std::uint8_t>(60 + i);
    roll.of(Player::bass) = {{0, 12, key, 5}, {40, 12, key, 5}};
    roll.of(Player::melody) = {{static_cast<std::int16_t>(roll.bar_steps()), 12, key, 5}};
    rolls.push_back(roll);
  }
  const std::vector<Roll> mixed = shuffled(rolls, 5);
  EXPECT_EQ(mixed, shuffled(rolls, 5));
  ASSERT_EQ(mixed.size(), rolls.size());
  int together = 0;
  std::vector<int> before, after;
  for (std::size_t i = 0; i < rolls.size(); ++i) {
    EXPECT_EQ(mixed[i].metre, rolls[i].metre);
    ASSERT_EQ(mixed[i].of(Player::melody).size(), 1U);
    before.push_back(rolls[i].of(Player::melody)[0].key);
    after.push_back(mixed[i].of(Player::melody)[0].key);
    together += mixed[i].of(Player::melody)[0].key == mixed[i].of(Player::bass)[0].key ? 1 : 0;
  }
  std::ranges::sort(before);
  std::ranges::sort(after);
  EXPECT_EQ(before, after);
  EXPECT_LT(together, 10);
}

}  // namespace
}  // namespace cantus::rolls
