#include "music/score/key.h"

#include <gtest/gtest.h>

namespace cantus::score {
namespace {

TEST(Key, TextIsReadBackForEveryKeyAndMode) {
  for (int fifths = -7; fifths <= 7; ++fifths) {
    for (int mode = 0; mode < kModes; ++mode) {
      const Key key{fifths, static_cast<Mode>(mode)};
      EXPECT_EQ(*key_from_text(to_text(key)), key) << to_text(key);
    }
  }
}

TEST(Key, HabitsOfWritingAreUnderstood) {
  EXPECT_EQ(*key_from_text("Dm"), *key_from_text("D minor"));
  EXPECT_EQ(*key_from_text("d"), *key_from_text("D minor"));
  EXPECT_EQ(*key_from_text("bb"), *key_from_text("Bb minor"));
  EXPECT_EQ(*key_from_text("C"), (Key{0, Mode::major}));
  EXPECT_EQ(*key_from_text("D dorian"), (Key{0, Mode::dorian}));
  EXPECT_EQ(*key_from_text("B♭ major"), (Key{-2, Mode::major}));
  EXPECT_EQ(*key_from_text("C sharp minor"), *key_from_text("C#m"));
  EXPECT_EQ(*key_from_text("b-flat"), *key_from_text("Bb minor"));
  EXPECT_EQ(*key_from_text("E flat major"), (Key{-3, Mode::major}));
  EXPECT_FALSE(key_from_text("sharp"));
  EXPECT_FALSE(key_from_text("H major"));
  EXPECT_FALSE(key_from_text(""));
  EXPECT_FALSE(key_from_text("C sideways"));
}

TEST(Key, TheScaleStartsOnTheTonicAndHasSevenNotes) {
  const auto scale = Key{0, Mode::minor}.scale();
  const int expected[] = {9, 11, 0, 2, 4, 5, 7};
  for (std::size_t i = 0; i < 7; ++i)
    EXPECT_EQ(scale[i].number(), expected[i]);
}

TEST(Key, TransposingTwelveTimesByASemitoneComesBack) {
  for (int fifths = -5; fifths <= 6; ++fifths) {
    Key key{fifths, Mode::minor};
    for (int i = 0; i < 12; ++i)
      key = transposed(key, 1);
    EXPECT_EQ(key, (Key{fifths, Mode::minor}));
  }
}

TEST(Key, MovingHomeLeavesNoSharpsOrFlats) {
  for (int fifths = -7; fifths <= 7; ++fifths) {
    const Key key{fifths, Mode::dorian};
    EXPECT_EQ(transposed(key, -semitones_from_home(key)).fifths, 0);
    EXPECT_LE(semitones_from_home(key), 6);
    EXPECT_GE(semitones_from_home(key), -5);
  }
}

TEST(Key, TheLeadingNoteOfMinorIsASharp) {
  EXPECT_EQ(to_text(Key{0, Mode::minor}.spell(PitchClass(8))), "G#");
  EXPECT_EQ(to_text(Key{0, Mode::major}.spell(PitchClass(10))), "Bb");
  EXPECT_EQ(to_text(Key{-1, Mode::minor}.spell(PitchClass(1))), "C#");
}

TEST(Key, EveryPitchClassIsSpeltAsItself) {
  for (int fifths = -7; fifths <= 7; ++fifths) {
    for (int p = 0; p < 12; ++p) {
      EXPECT_EQ((Key{fifths, Mode::major}.spell(PitchClass(p)).pitch_class().number()), p);
    }
  }
}

}  // namespace
}  // namespace cantus::score
