#include "music/score/instruments.h"

#include <gtest/gtest.h>

namespace cantus::score {
namespace {

TEST(Instruments, EveryProgramIsFoundByItsName) {
  for (int program = 0; program < 128; ++program) {
    EXPECT_EQ(*program_from_text(program_name(program)), program);
  }
  EXPECT_EQ(*program_from_text("flute"), 73);
  EXPECT_EQ(*program_from_text("nylon"), 24);
  EXPECT_EQ(*program_from_text("40"), 40);
  EXPECT_FALSE(program_from_text("kazoo"));
  EXPECT_FALSE(program_from_text(""));
  EXPECT_FALSE(program_from_text("128"));
}

TEST(Instruments, DrumsHaveNames) {
  EXPECT_EQ(drum_name(36), "Bass Drum");
  EXPECT_EQ(drum_name(42), "Closed Hi-hat");
  EXPECT_EQ(drum_name(81), "Open Triangle");
  EXPECT_EQ(drum_name(0), "");
}

TEST(Instruments, PitchesAndRangesAreRead) {
  EXPECT_EQ(pitch_from_text("C4")->key(), 60);
  EXPECT_EQ(pitch_from_text("Bb-1")->key(), 10);
  EXPECT_EQ(pitch_from_text("B#3")->key(), 60);
  EXPECT_EQ(pitch_range_from_text("C-1-G9")->second.key(), 127);
  EXPECT_EQ(pitch_range_from_text("60-72")->first.key(), 60);
  EXPECT_FALSE(pitch_range_from_text("C5-C4"));
  EXPECT_FALSE(pitch_from_text("H4"));
  EXPECT_FALSE(pitch_from_text("C44"));
}

}  // namespace
}  // namespace cantus::score
