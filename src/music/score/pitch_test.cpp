#include "music/score/pitch.h"

#include <gtest/gtest.h>

namespace cantus::score {
namespace {

TEST(Pitch, TransposingUpThenDownGivesTheSamePitch) {
  for (int key = 0; key <= 120; ++key) {
    const Pitch pitch = *Pitch::from_key(key);
    EXPECT_EQ(pitch.transposed(7)->transposed(-7).value(), pitch);
  }
}

TEST(Pitch, AKeyOutsideMidiIsInvalidInput) {
  EXPECT_EQ(Pitch::from_key(128).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(Pitch::from_key(-1).error().code, ErrorCode::invalid_input);
}

TEST(Spelling, LetterAndAlterGiveBackThePlaceOnTheLineOfFifths) {
  for (int fifths = -21; fifths <= 21; ++fifths) {
    const Spelling spelling(fifths);
    EXPECT_EQ(Spelling::of(spelling.letter(), spelling.alter()), spelling) << fifths;
  }
}

TEST(Spelling, TextIsReadBack) {
  for (int fifths = -15; fifths <= 15; ++fifths) {
    EXPECT_EQ(*spelling_from_text(to_text(Spelling(fifths))), Spelling(fifths)) << fifths;
  }
  EXPECT_EQ(spelling_from_text("B♭")->pitch_class().number(), 10);
  EXPECT_FALSE(spelling_from_text("H"));
  EXPECT_FALSE(spelling_from_text(""));
}

TEST(Spelling, SharpAndFlatOfOnePitchClassDifferOnlyInName) {
  EXPECT_EQ(Spelling::of('F', 1).pitch_class(), Spelling::of('G', -1).pitch_class());
  EXPECT_EQ(to_text(Spelling::of('F', 1)), "F#");
  EXPECT_EQ(to_text(Spelling::of('G', -1)), "Gb");
}

}  // namespace
}  // namespace cantus::score
