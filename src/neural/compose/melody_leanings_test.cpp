#include "neural/compose/melody_leanings.h"

#include <gtest/gtest.h>

namespace cantus::compose {
namespace {

TEST(MelodyLeanings, AreAddedWhereTheyBelong) {
  MelodyLeanings leanings;
  leanings.chord_note = {4.0F, 2.0F, 1.0F};
  leanings.outside = -8.0F;
  leanings.same = 16.0F;
  leanings.still_same = 32.0F;
  leanings.taken_up = 64.0F;
  leanings.left_by_leap = 128.0F;
  leanings.leap = 256.0F;
  leanings.step_on = 512.0F;
  const auto at = [&](MelodyPlace place) { return leaning_of(leanings, place); };
  EXPECT_EQ(at({.chord_place = ChordPlace::change, .chord_note = true}), 4.0F);
  EXPECT_EQ(at({.chord_place = ChordPlace::between, .chord_note = true, .scale_note = true}), 1.0F);
  EXPECT_EQ(at({.scale_note = true}), 0.0F);
  EXPECT_EQ(at({}), -8.0F);
  EXPECT_EQ(at({.scale_note = true, .move = 0}), 16.0F);
  EXPECT_EQ(at({.scale_note = true, .repeated = true, .move = 0}), 48.0F);
  EXPECT_EQ(at({.chord_place = ChordPlace::beat,
                .chord_note = true,
                .scale_note = true,
                .from_foreign = true,
                .move = 0}),
            2.0F + 16.0F + 64.0F);
  EXPECT_EQ(at({.scale_note = true, .from_foreign = true, .move = -2}), 0.0F);
  EXPECT_EQ(at({.scale_note = true, .from_foreign = true, .move = -3}), 128.0F);
  EXPECT_EQ(at({.scale_note = true, .move = 7}), 256.0F);
  EXPECT_EQ(at({.scale_note = true, .move = 2, .move_before = 5}), 512.0F);
  EXPECT_EQ(at({.scale_note = true, .move = 2, .move_before = -5}), 0.0F);
  EXPECT_EQ(at({.scale_note = true, .move = 2, .move_before = 0}), 0.0F);
}

}  // namespace
}  // namespace cantus::compose
