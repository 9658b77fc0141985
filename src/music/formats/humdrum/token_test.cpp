// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/token.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "music/score/ticks.h"

namespace cantus::formats::humdrum {
namespace {

constexpr std::int64_t kBeat = score::kTicksPerBeat;

TEST(Token, LengthsAreReciprocalsOfAWholeNote) {
  const std::pair<const char*, Moment> cases[] = {
      {"4", Moment(kBeat)},
      {"4.", Moment(3 * kBeat, 2)},
      {"4..", Moment(7 * kBeat, 4)},
      {"1", Moment(4 * kBeat)},
      {"0", Moment(8 * kBeat)},
      {"00", Moment(16 * kBeat)},
      {"0.", Moment(12 * kBeat)},
      {"12", Moment(kBeat, 3)},
      {"6", Moment(2 * kBeat, 3)},
      {"3", Moment(4 * kBeat, 3)},
      {"3%2", Moment(8 * kBeat, 3)},
      {"20", Moment(kBeat, 5)},
      {"28", Moment(kBeat, 7)},
      {"22", Moment(2 * kBeat, 11)},
      {"72%1", Moment(kBeat, 18)},
      {"1..", Moment(7 * kBeat)},
      {"32%3.", Moment(9 * kBeat, 16)},
      {"[8.ccL", Moment(3 * kBeat, 4)},
  };
  for (const auto& [text, length] : cases)
    EXPECT_EQ(length_of(text), length) << text;
}

TEST(Token, LengthsThatAreNoneAreRefused) {
  for (const char* text : {"", "cc", "4%0", "0000", "12345678c", "3%1234567"})
    EXPECT_EQ(length_of(text), std::nullopt) << text;
}

TEST(Token, LettersGiveTheOctave) {
  const std::pair<const char*, int> cases[] = {
      {"4c", 60},  {"4cc", 72},  {"4C", 48},      {"4CC", 36},  {"4b", 71},   {"4B", 59},
      {"4f#", 66}, {"4e-", 63},  {"4c-", 59},     {"4b#", 72},  {"4f##", 67}, {"4b--", 69},
      {"4gn", 67}, {"4AAA", 33}, {"4ccccc", 108}, {"4f#X", 66},
  };
  for (const auto& [text, key] : cases) {
    const Token token = read_token(text);
    ASSERT_EQ(token.notes.size(), 1U) << text;
    EXPECT_EQ(token.notes[0].pitch.key(), key) << text;
    EXPECT_EQ(token.notes[0].spelling.pitch_class(), token.notes[0].pitch.pitch_class()) << text;
    EXPECT_FALSE(token.doubtful) << text;
  }
}

TEST(Token, ChordNotesShareTheFirstLengthUnlessTheyHaveTheirOwn) {
  const Token token = read_token("4.c 8e g");
  ASSERT_EQ(token.notes.size(), 3U);
  EXPECT_EQ(token.notes[0].length, Moment(3 * kBeat, 2));
  EXPECT_EQ(token.notes[1].length, Moment(kBeat, 2));
  EXPECT_EQ(token.notes[2].length, Moment(3 * kBeat, 2));
  EXPECT_EQ(token.length, Moment(3 * kBeat, 2));
}

TEST(Token, TiesAreOfTheirOwnNote) {
  const Token token = read_token("[2c 2e_ 2g] 2b");
  ASSERT_EQ(token.notes.size(), 4U);
  EXPECT_TRUE(token.notes[0].tied_on && !token.notes[0].tied_from);
  EXPECT_TRUE(token.notes[1].tied_on && token.notes[1].tied_from);
  EXPECT_TRUE(!token.notes[2].tied_on && token.notes[2].tied_from);
  EXPECT_TRUE(!token.notes[3].tied_on && !token.notes[3].tied_from);
}

TEST(Token, RestsHaveALengthAndNoNotesWhereverTheyStandOnTheStaff) {
  for (const char* text : {"4r", "4ree", "4ryy", "4rGG;"}) {
    const Token token = read_token(text);
    EXPECT_TRUE(token.notes.empty()) << text;
    EXPECT_EQ(token.length, Moment(kBeat)) << text;
    EXPECT_FALSE(token.doubtful) << text;
  }
}

TEST(Token, GraceNotesTakeNoTimeAndKeepTheWrittenLength) {
  const Token written = read_token("16qqdd/LL");
  EXPECT_TRUE(written.grace);
  EXPECT_EQ(written.length, std::nullopt);
  EXPECT_EQ(written.notes.at(0).length, Moment(kBeat, 4));
  EXPECT_EQ(read_token("qe-").notes.at(0).length, Moment(kBeat, 2));
}

TEST(Token, SignsForPrintAreNoNotes) {
  for (const char* text : {"(8.b-LL/)", "4f;T~>y", "{8ccJ}\\", "N[<4e", "4a'^v"}) {
    const Token token = read_token(text);
    EXPECT_EQ(token.notes.size(), 1U) << text;
    EXPECT_FALSE(token.doubtful) << text;
  }
  EXPECT_EQ(read_token("4dd) 4bn / \\").notes.size(), 2U);
}

TEST(Token, WhatCannotBeReadIsDoubtful) {
  for (const char* text : {"4", "c", "4zz", "4ccccccccccccc", "hello", "99999999c"})
    EXPECT_TRUE(read_token(text).doubtful) << text;
}

TEST(Token, AChordIsBounded) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += "4c ";
  EXPECT_EQ(read_token(text).notes.size(), kMostNotesInAChord);
}

}  // namespace
}  // namespace cantus::formats::humdrum
