#include "neural/rolls/comparison.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace cantus::rolls {
namespace {

Phrase phrase_of(std::uint32_t group, Split split, std::uint8_t key) {
  Phrase phrase;
  phrase.group = group;
  phrase.split = split;
  for (std::int16_t step = 0; step < 192; step = static_cast<std::int16_t>(step + 12)) {
    phrase.roll.of(Player::bass)
        .push_back({step, 12, static_cast<std::uint8_t>(key + step / 48), 5});
    phrase.roll.of(Player::melody).push_back({step, 12, static_cast<std::uint8_t>(key + 30), 5});
  }
  return phrase;
}

std::vector<Phrase> some_phrases() {
  std::vector<Phrase> phrases;
  for (std::uint32_t piece = 0; piece < 8; ++piece) {
    const Split split = piece < 5 ? Split::train : Split::validation;
    for (std::uint8_t i = 0; i < 3; ++i)
      phrases.push_back(phrase_of(piece, split, static_cast<std::uint8_t>(30 + 4 * piece + i)));
  }
  return phrases;
}

TEST(Comparison, TakesTheSidesApart) {
  const auto phrases = some_phrases();
  const auto training = to_compare("training", phrases, Split::train);
  EXPECT_EQ(training.rolls.size(), 15U);
  EXPECT_EQ(training.pieces.back(), 4U);
  EXPECT_EQ(to_compare("held out", phrases, Split::validation).rolls.size(), 9U);
  EXPECT_TRUE(to_compare("test", phrases, Split::test).rolls.empty());
}

TEST(Comparison, ACopyOfTheTrainingMusicIsFoundOutAndTrainingIsComparedWithOtherPieces) {
  const auto phrases = some_phrases();
  const auto training = to_compare("training", phrases, Split::train);
  const std::vector<Roll> copies = {phrases[0].roll, phrases[7].roll};
  const auto columns = compare(training, std::vector{to_compare("generated", copies), training});
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_DOUBLE_EQ(columns[0].copied, 1.0);
  EXPECT_DOUBLE_EQ(columns[0].nearest.value, 0.0);
  EXPECT_DOUBLE_EQ(columns[1].copied, 0.0);
  EXPECT_GT(columns[1].nearest.value, 0.3);
  EXPECT_EQ(columns[1].pieces, 5U);
  EXPECT_EQ(columns[1].phrases, 15U);
}

TEST(Comparison, PhrasesThatWereAskedForAreResampledByThePieceWhoseConditionsTheyHave) {
  const auto phrases = some_phrases();
  const auto training = to_compare("training", phrases, Split::train);
  const auto held_out = to_compare("held out", phrases, Split::validation);
  std::vector<Roll> rolls;
  for (const Roll* roll : held_out.rolls)
    rolls.push_back(*roll);
  auto made = to_compare("generated", rolls);
  made.asked = held_out.pieces;
  const auto columns = compare(training, std::vector{made, held_out});
  ASSERT_EQ(columns[0].apart.size(), 9U);
  EXPECT_EQ(columns[0].pieces, 9U);
  EXPECT_EQ(columns[0].nearest.low, columns[1].nearest.low);
  EXPECT_EQ(columns[0].nearest.high, columns[1].nearest.high);
  const Figure nearer = difference_apart(columns[0].apart, columns[1].apart);
  EXPECT_DOUBLE_EQ(nearer.low, 0.0);
  EXPECT_DOUBLE_EQ(nearer.high, 0.0);
}

TEST(Comparison, SaysThatPhrasesLieNearerOnlyWhereTheIntervalOfTheDifferenceIsBelowZero) {
  const auto column = [](std::string title, double moved) {
    Column column;
    column.title = std::move(title);
    for (std::uint32_t piece = 0; piece < 10; ++piece)
      column.apart.push_back({piece, 0.7 + 0.01 * piece + moved * (1.0 + 0.1 * piece)});
    column.nearest = mean_apart(column.apart);
    return column;
  };
  const auto said = [&](double moved) {
    return nearness_of(column("generated", moved), column("held out", 0.0));
  };
  EXPECT_NE(said(-0.01).find("difference -0.014 (-0.01"), std::string::npos) << said(-0.01);
  EXPECT_NE(said(-0.01).find("lie nearer"), std::string::npos);
  EXPECT_NE(said(0.01).find("lie further away"), std::string::npos);
  EXPECT_NE(said(0.0).find("no difference"), std::string::npos);
  Column few = column("generated", -0.01);
  few.apart[3].distance += 0.2;
  few.nearest = mean_apart(few.apart);
  EXPECT_NE(nearness_of(few, column("held out", 0.0)).find("no difference"), std::string::npos);
  EXPECT_EQ(nearness_of(Column(), few), "");
}

TEST(Comparison, AFigureIsMatchedWhereHeldOutMusicIsAsFarOff) {
  const Figure training{1.0, 0.9, 1.1, true};
  const Figure held_out{1.2, 1.1, 1.25, true};
  EXPECT_TRUE(is_matched({1.29, 0, 0, true}, training, held_out));
  EXPECT_TRUE(is_matched({0.71, 0, 0, true}, training, held_out));
  EXPECT_FALSE(is_matched({1.31, 0, 0, true}, training, held_out));
  EXPECT_DOUBLE_EQ(off_by(held_out, training).value(), 0.2 / 1.0);
  EXPECT_FALSE(off_by(held_out, Figure()));
}

TEST(Comparison, CountsTheFiguresOfMuseGansTableThatAreReached) {
  Figures training{};
  Figures generated{};
  training[0] = {1.0, 1.0, 1.0, true};
  training[1] = {2.0, 2.0, 2.0, true};
  training[kMuseGanFigures] = {1.0, 1.0, 1.0, true};
  generated[0] = {1.09, 1.0, 1.0, true};
  generated[1] = {1.7, 2.0, 2.0, true};
  generated[kMuseGanFigures] = {1.0, 1.0, 1.0, true};
  EXPECT_EQ(reached(generated, training).within, 1);
  EXPECT_EQ(reached(generated, training).known, 2);
}

TEST(Comparison, TheTableHasAsManyCellsInEveryRow) {
  const auto phrases = some_phrases();
  const auto training = to_compare("training", phrases, Split::train);
  const auto held_out = to_compare("held out", phrases, Split::validation);
  const auto columns = compare(training, std::vector{held_out, training, held_out, held_out});
  for (const Column* generated : {static_cast<const Column*>(nullptr), &columns[0]}) {
    const std::string table = table_of(generated, columns[1], columns[2], columns[3]);
    const std::size_t bars = generated == nullptr ? 5 : 8;
    std::size_t lines = 0;
    for (std::size_t at = 0; at < table.size();) {
      const std::size_t end = table.find('\n', at);
      const auto line = std::string_view(table).substr(at, end - at);
      EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(line, '|')), bars) << line;
      at = end + 1;
      ++lines;
    }
    EXPECT_EQ(lines, 2U + kFigures + 8U);
  }
}

}  // namespace
}  // namespace cantus::rolls
