#include "neural/rolls/phrase_file.h"

#include <limits>

#include <gtest/gtest.h>

namespace cantus::rolls {
namespace {

/// Two phrases of one piece and one of another.
std::vector<Phrase> some_phrases() {
  Phrase first;
  first.roll.of(Player::drums) = {{0, 1, 36, 6}, {0, 1, 42, 4}, {6, 1, 42, 4}};
  first.roll.of(Player::bass) = {{0, 48, 36, 5}, {48, 192, 43, 5}};
  first.roll.of(Player::melody) = {{191, 1, 127, 7}};
  first.roll.chords[0] = {0b000010010001, 0, 4};
  first.roll.chords[7] = {0b100010100100, 7, 11};
  first.set = "songs";
  first.piece = "a/b.mid";
  first.style = 3;
  first.bpm = 96.5;
  first.valence = -1.25;
  first.arousal = 0.5;
  first.minor = true;
  first.split = Split::validation;
  first.group = 7;
  Phrase second = first;
  second.first_bar = 12;
  second.roll.of(Player::bass).clear();
  Phrase third = first;
  third.roll.metre = {6, 8};
  third.roll.of(Player::melody) = {{143, 1, 60, 0}};
  third.piece = "c.mid";
  third.split = Split::test;
  return {first, second, third};
}

TEST(PhraseFile, GivesBackWhatWasWritten) {
  const auto phrases = some_phrases();
  const auto bytes = to_bytes(phrases);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(parse_phrases(*bytes).value(), phrases);
  EXPECT_EQ(parse_phrases(to_bytes({}).value()).value(), std::vector<Phrase>());
}

TEST(PhraseFile, RefusesEveryShorterFileAndOneWithBytesToSpare) {
  const std::string bytes = to_bytes(some_phrases()).value();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_phrases(std::string_view(bytes).substr(0, size))) << size;
  EXPECT_FALSE(parse_phrases(bytes + '\0'));
}

TEST(PhraseFile, AnyByteChangedGivesAnErrorOrATidyPhrase) {
  const std::string bytes = to_bytes(some_phrases()).value();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {1, 0x80, 0xFF}) {
      std::string broken = bytes;
      broken[i] = static_cast<char>(broken[i] ^ change);
      const auto phrases = parse_phrases(broken);
      EXPECT_TRUE(!phrases || to_bytes(*phrases)) << i;
    }
  }
}

TEST(PhraseFile, RefusesCountsThatTheBytesCannotHold) {
  std::string bytes = to_bytes(some_phrases()).value();
  bytes[16 + 7] = '\x7F';
  EXPECT_EQ(parse_phrases(bytes).error().message, "is cut short");
}

TEST(PhraseFile, DoesNotWriteWhatItCouldNotRead) {
  const auto writes = [](auto&& change) {
    auto phrases = some_phrases();
    change(phrases[1]);
    return to_bytes(phrases).has_value();
  };
  EXPECT_TRUE(writes([](Phrase&) {}));
  EXPECT_FALSE(writes([](Phrase& p) { p.roll.metre = {5, 4}; }));
  EXPECT_FALSE(writes([](Phrase& p) { p.roll.of(Player::pad) = {{192, 1, 60, 5}}; }));
  EXPECT_FALSE(writes([](Phrase& p) { p.roll.of(Player::pad) = {{0, 256, 60, 5}}; }));
  EXPECT_FALSE(writes([](Phrase& p) { p.roll.of(Player::pad) = {{0, 9, 60, 5}, {4, 1, 60, 5}}; }));
  EXPECT_FALSE(writes([](Phrase& p) { p.roll.of(Player::pad) = {{4, 9, 60, 5}, {0, 1, 64, 5}}; }));
  EXPECT_FALSE(writes([](Phrase& p) { p.roll.of(Player::pad) = {{4, 9, 60, 8}}; }));
  EXPECT_FALSE(writes([](Phrase& p) { p.roll.chords[2].root = 12; }));
  EXPECT_FALSE(writes([](Phrase& p) { p.bpm = std::numeric_limits<double>::infinity(); }));
}

}  // namespace
}  // namespace cantus::rolls
