#include "neural/judge/roll_features.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "neural/judge/band_phrases.h"

namespace cantus::judge {
namespace {

using rolls::Player;
using rolls::Roll;
using rolls::RollNote;

RollNote note(int onset, int length, int key) {
  return {static_cast<std::int16_t>(onset), static_cast<std::int16_t>(length),
          static_cast<std::uint8_t>(key), 5};
}

/// Bass drum on one and three with the bass, snare on two and four, held triads, a walking melody.
Roll groove() {
  Roll roll;
  for (int bar = 0; bar < 4; ++bar) {
    const int from = 48 * bar;
    for (int beat = 0; beat < 4; ++beat) {
      roll.of(Player::drums).push_back(note(from + 12 * beat, 1, beat % 2 == 0 ? 36 : 38));
      roll.of(Player::melody).push_back(note(from + 12 * beat, 12, 72 + (beat % 2) * 2));
    }
    for (const int half : {0, 24})
      roll.of(Player::bass).push_back(note(from + half, 24, 36));
    for (const int key : {60, 64, 67})
      roll.of(Player::chords).push_back(note(from, 48, key));
  }
  return roll;
}

double value_of(const Sheet& sheet, const std::string& family, const std::string& name) {
  const Feature wanted{family, name};
  const auto found = std::ranges::find(sheet.features(), wanted);
  EXPECT_NE(found, sheet.features().end()) << family << ": " << name;
  if (found == sheet.features().end()) return 0.0;
  return sheet.values()[static_cast<std::size_t>(found - sheet.features().begin())];
}

TEST(RollFeatures, SayWhatIsPlayed) {
  const Sheet sheet = roll_features(groove());
  EXPECT_EQ(value_of(sheet, "drums", "back beats with a snare"), 1.0);
  EXPECT_EQ(value_of(sheet, "drums", "bars as the one before"), 1.0);
  EXPECT_EQ(value_of(sheet, "chords", "notes together"), 3.0);
  EXPECT_EQ(value_of(sheet, "chords", "time in silence"), 0.0);
  EXPECT_EQ(value_of(sheet, "pad", "bars in which nothing starts"), 1.0);
  EXPECT_EQ(value_of(sheet, "together", "strikes of the bass that the bass drum meets"), 1.0);
  EXPECT_EQ(value_of(sheet, "together", "strikes of the melody that the bass meets"), 0.5);
  EXPECT_EQ(value_of(sheet, "together", "bass note among the chords"), 1.0);
  EXPECT_EQ(value_of(sheet, "together", "time that others are below the bass"), 0.0);
}

TEST(RollFeatures, HearAClashThatMovingOnePlayerMakes) {
  Roll roll = groove();
  for (RollNote& n : roll.of(Player::bass))
    ++n.key;
  const Sheet sheet = roll_features(roll);
  EXPECT_EQ(value_of(sheet, "together", "bass and chords a semitone apart"), 1.0);
  EXPECT_EQ(value_of(sheet, "together", "bass note among the chords"), 0.0);
}

TEST(RollFeatures, HowHardNotesAreStruckAndTheChordTrackChangeNothing) {
  Roll roll = groove();
  const auto before = roll_features(roll).values();
  for (auto& notes : roll.players) {
    for (RollNote& n : notes)
      n.band = 1;
  }
  roll.chords[3] = {0xFFF, 5, 5};
  EXPECT_EQ(roll_features(roll).values(), before);
}

TEST(RollFeatures, AreTheSameOnesForSilenceAndInEveryMetre) {
  Roll jig;
  jig.metre = {6, 8};
  const auto features = roll_features({}).features();
  EXPECT_EQ(features, roll_features(groove()).features());
  EXPECT_EQ(features, roll_features(jig).features());
  std::set<std::string> names;
  for (const Feature& feature : features)
    EXPECT_TRUE(names.insert(feature.family + "/" + feature.name).second) << feature.name;
}

TEST(RollTables, PhrasesOfAPieceShareAGroupAndNamelessOnesStandAlone) {
  rolls::Phrase a;
  a.roll = groove();
  a.set = "x";
  a.piece = "a.mid";
  a.group = 3;
  rolls::Phrase b = a;
  b.piece = "b.mid";
  rolls::Phrase nameless;
  nameless.roll = groove();
  const std::vector<rolls::Phrase> people = {a, b};
  const std::vector<rolls::Phrase> ours = {a, a, b, nameless, nameless};
  const Table table = roll_table(people, ours);
  ASSERT_EQ(table.rows.size(), 7U);
  EXPECT_EQ(table.rows[0].group, table.rows[1].group) << "near duplicates by people";
  EXPECT_EQ(table.rows[2].group, table.rows[3].group);
  std::set<std::uint32_t> groups;
  for (const Row& row : table.rows)
    groups.insert(row.group);
  EXPECT_EQ(groups.size(), 5U);
}

TEST(RollTables, SoManyAreDrawnInTheirOrder) {
  std::vector<rolls::Phrase> phrases(50);
  for (int i = 0; i < 50; ++i)
    phrases[static_cast<std::size_t>(i)].first_bar = i;
  const auto some = drawn(phrases, 20, 1);
  EXPECT_EQ(some.size(), 20U);
  EXPECT_TRUE(std::ranges::is_sorted(some, {}, &rolls::Phrase::first_bar));
  EXPECT_EQ(drawn(phrases, 60, 1).size(), 50U);
}

rolls::Phrase phrase_of(const std::string& set, std::uint32_t group, int first_bar) {
  rolls::Phrase phrase;
  phrase.roll = groove();
  phrase.set = set;
  phrase.piece = std::to_string(group);
  phrase.group = group;
  phrase.first_bar = first_bar;
  return phrase;
}

TEST(BandPhrases, ApartAreThoseThatShareNoBarOfAPiece) {
  std::vector<rolls::Phrase> phrases;
  for (const std::uint32_t piece : {1U, 2U}) {
    for (int bar = 0; bar < 9; ++bar)
      phrases.push_back(phrase_of("freedoom", piece, bar));
  }
  const auto kept = apart(phrases);
  ASSERT_EQ(kept.size(), 6U);
  for (std::size_t i = 0; i < kept.size(); ++i)
    EXPECT_EQ(kept[i].first_bar, static_cast<int>(4 * (i % 3)));
}

TEST(BandPhrases, OtherPeoplesAreOfTheSameCollectionAndPlayersAndOfAsManyPiecesAsThereAre) {
  const std::vector<rolls::Phrase> people = {phrase_of("freedoom", 90, 0)};
  std::vector<rolls::Phrase> from;
  for (std::uint32_t piece = 0; piece < 6; ++piece) {
    for (const int bar : {0, 4})
      from.push_back(phrase_of(piece < 4 ? "freedoom" : "simutrans", piece, bar));
  }
  from[0].roll.of(Player::bass).clear();
  const auto four = matched(people, from, 4, 1);
  std::set<std::string> pieces;
  for (const auto& phrase : four) {
    pieces.insert(phrase.piece);
    EXPECT_EQ(phrase.set, "other people");
    EXPECT_FALSE(phrase.roll.of(Player::bass).empty());
  }
  EXPECT_EQ(pieces, (std::set<std::string>{"0", "1", "2", "3"}));
  EXPECT_EQ(matched(people, from, 100, 1).size(), from.size());
  EXPECT_TRUE(matched({}, from, 4, 1).empty());
}

}  // namespace
}  // namespace cantus::judge
