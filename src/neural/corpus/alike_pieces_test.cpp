#include "neural/corpus/alike_pieces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cantus::corpus {
namespace {

using rolls::Phrase;
using rolls::Player;
using testing::ElementsAre;

/// Sixteen notes upwards from a key number, of which the last `other` are a semitone higher.
Phrase phrase_at(int first_bar, int key, int other = 0, Player player = Player::bass) {
  Phrase phrase;
  phrase.first_bar = first_bar;
  for (int i = 0; i < 16; ++i) {
    const int here = key + i + (i >= 16 - other ? 1 : 0);
    phrase.roll.of(player).push_back(
        {static_cast<std::int16_t>(12 * i), 12, static_cast<std::uint8_t>(here), 5});
  }
  return phrase;
}

TEST(AlikePieces, TwoPhrasesInCommonJoinAndOneDoesNot) {
  const std::vector<Phrase> phrases = {
      phrase_at(0, 30),    phrase_at(4, 60),                    // piece 0
      phrase_at(0, 31),    phrase_at(4, 61),                    // piece 1: a semitone higher
      phrase_at(1, 30, 2), phrase_at(5, 60), phrase_at(8, 60),  // piece 2: of piece 0
      phrase_at(0, 31),    phrase_at(4, 80),                    // piece 3: one of piece 1
  };
  const std::vector<std::uint32_t> piece_of = {0, 0, 1, 1, 2, 2, 2, 3, 3};
  EXPECT_THAT(join_alike(phrases, piece_of, {0, 1, 2, 3}), ElementsAre(0, 1, 0, 3));
}

TEST(AlikePieces, GroupsThatWereThereBeforeJoinWhole) {
  const std::vector<Phrase> phrases = {phrase_at(0, 30), phrase_at(4, 60), phrase_at(0, 90),
                                       phrase_at(0, 30), phrase_at(4, 60)};
  const std::vector<std::uint32_t> piece_of = {0, 0, 1, 2, 2};
  EXPECT_THAT(join_alike(phrases, piece_of, {0, 1, 1}), ElementsAre(0, 0, 0));
}

TEST(AlikePieces, ADrumPatternJoinsNothing) {
  const std::vector<Phrase> phrases = {
      phrase_at(0, 30, 0, Player::drums), phrase_at(4, 40, 0, Player::drums),
      phrase_at(0, 30, 0, Player::drums), phrase_at(4, 40, 0, Player::drums)};
  const std::vector<std::uint32_t> piece_of = {0, 0, 1, 1};
  EXPECT_THAT(join_alike(phrases, piece_of, {0, 1}), ElementsAre(0, 1));
}

}  // namespace
}  // namespace cantus::corpus
