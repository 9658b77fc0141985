#include "neural/compose/judgement.h"

#include <gtest/gtest.h>

#include "neural/compose/compose.h"
#include "neural/compose/random_composer.h"

namespace cantus::compose {
namespace {

score::Piece over(const char* chords, const char* key) {
  Brief brief;
  brief.bars = 8;
  brief.key = *score::key_from_text(key);
  brief.chords = *chords_from_text(chords);
  return compose(dice(), brief, {.threads = 1, .candidates = 1})->piece;
}

TEST(Judgement, AMinorProgressionIsNotThatOfTheRelativeMajor) {
  EXPECT_TRUE(chords_sound_in_key(over("Am | Dm | E7 | Am", "A minor")));
  EXPECT_FALSE(chords_sound_in_key(over("C | F | G7 | C", "A minor")));
  EXPECT_TRUE(chords_sound_in_key(over("C | F | G7 | C", "C major")));
  EXPECT_TRUE(chords_sound_in_key(over("F#m | D | C#7 | F#m", "F# minor")));
  EXPECT_FALSE(chords_sound_in_key(over("A | D | E7 | A", "F# minor")));
}

TEST(Judgement, WhatIsWrittenInMinorMostlySoundsSo) {
  int minor = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Brief brief;
    brief.style = "folk";
    brief.bars = 16;
    brief.seed = seed;
    brief.key = *score::key_from_text("D minor");
    minor += chords_sound_in_key(compose(dice(), brief, {.threads = 1, .candidates = 1})->piece);
  }
  EXPECT_GE(minor, 6) << "four without drawing anew";
}

}  // namespace
}  // namespace cantus::compose
