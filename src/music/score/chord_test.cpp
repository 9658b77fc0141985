#include "music/score/chord.h"

#include <gtest/gtest.h>

namespace cantus::score {
namespace {

TEST(Chord, EverySymbolIsReadBack) {
  for (int quality = 0; quality < kQualities; ++quality) {
    for (int fifths = -8; fifths <= 8; ++fifths) {
      const Chord chord{Spelling(fifths), static_cast<Quality>(quality), std::nullopt};
      EXPECT_EQ(*chord_from_text(to_text(chord)), chord) << to_text(chord);
      const Chord over{Spelling(fifths), static_cast<Quality>(quality), Spelling(fifths + 1)};
      EXPECT_EQ(*chord_from_text(to_text(over)), over) << to_text(over);
    }
  }
}

TEST(Chord, LeadSheetHabitsAreUnderstood) {
  EXPECT_EQ(chord_from_text("D-7")->quality, Quality::minor_seventh);
  EXPECT_EQ(chord_from_text("CM7")->quality, Quality::major_seventh);
  EXPECT_EQ(chord_from_text("C△7")->quality, Quality::major_seventh);
  EXPECT_EQ(chord_from_text("C∆")->quality, Quality::major_seventh);
  EXPECT_EQ(chord_from_text("Cm△7")->quality, Quality::minor_major_seventh);
  EXPECT_EQ(chord_from_text("Bbø")->quality, Quality::half_diminished);
  EXPECT_EQ(chord_from_text("A7(b9)")->quality, Quality::dominant_flat_ninth);
  EXPECT_EQ(chord_from_text("C7#11")->quality, Quality::dominant_seventh);
  EXPECT_EQ(chord_from_text("F#o7")->quality, Quality::diminished_seventh);
  EXPECT_EQ(chord_from_text("C6/9")->quality, Quality::major_sixth);
  EXPECT_EQ(chord_from_text("Gdim")->quality, Quality::diminished);
  EXPECT_EQ(chord_from_text("Gmaj")->quality, Quality::major);
}

TEST(Chord, NonsenseIsRefusedWithItsText) {
  for (const char* text : {"", "H7", "c", "Cx", "C/", "C/H", "/E"}) {
    const auto chord = chord_from_text(text);
    ASSERT_FALSE(chord) << text;
    EXPECT_NE(chord.error().message.find("'" + std::string(text) + "'"), std::string::npos);
  }
}

TEST(Chord, PitchClassesIncludeTheBassNote) {
  EXPECT_EQ(chord_from_text("C/D")->pitch_classes().to_ulong(), 0b000010010101U);
}

TEST(Chord, TransposingSevenFifthsRaisesTheRootASemitone) {
  const Chord chord = *chord_from_text("Dm7/A");
  EXPECT_EQ(transposed(chord, 7).root.pitch_class().number(), 3);
  EXPECT_EQ(transposed(transposed(chord, 7), -7), chord);
}

}  // namespace
}  // namespace cantus::score
