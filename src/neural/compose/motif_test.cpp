#include "neural/compose/motif.h"

#include <array>

#include <gtest/gtest.h>

namespace cantus::compose {
namespace {

constexpr std::array<Stroke, 3> kBar = {{{0, 24, 60}, {24, 24, 64}, {48, 24, 62}}};  // C E D

MotifSoFar in_c(std::optional<int> first) {
  return {first, {48, 72}, score::PitchClass(0)};
}

TEST(Motif, WhatIsMovedKeepsItsStepsOfTheScale) {
  EXPECT_FALSE(keeps_motif(Motif::moved, kBar, 0, 60, in_c({}))) << "not from its own place";
  EXPECT_TRUE(keeps_motif(Motif::moved, kBar, 0, 62, in_c({})));
  EXPECT_TRUE(keeps_motif(Motif::moved, kBar, 1, 65, in_c(62))) << "D F, a minor third";
  EXPECT_TRUE(keeps_motif(Motif::moved, kBar, 1, 66, in_c(62))) << "or a major one";
  EXPECT_FALSE(keeps_motif(Motif::moved, kBar, 1, 67, in_c(62)));
  EXPECT_TRUE(keeps_motif(Motif::moved, kBar, 2, 64, in_c(62)));
  EXPECT_FALSE(keeps_motif(Motif::moved, kBar, 0, 71, in_c({}))) << "the third would not fit";
}

TEST(Motif, ARhythmLeavesTheNotesOpen) {
  for (int key = 48; key <= 72; ++key)
    EXPECT_TRUE(keeps_motif(Motif::rhythm, kBar, 1, key, in_c(60)));
}

}  // namespace
}  // namespace cantus::compose
