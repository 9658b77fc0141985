#include "neural/compose/manner.h"

#include <gtest/gtest.h>

#include "neural/compose/compose.h"
#include "neural/compose/random_composer.h"

namespace cantus::compose {
namespace {

score::Piece melody_in(score::Metre metre) {
  Brief brief;
  brief.style = "folk";
  brief.parts = {score::Role::melody};
  brief.metre = metre;
  brief.key = score::Key{};
  brief.bars = 8;
  return compose(dice(), brief)->piece;
}

TEST(Manner, IsOneThatLeadSheetsWereLearntIn) {
  const Style& manner = manner_of(dice(), melody_in({4, 4}));
  EXPECT_EQ(manner.melody, manner.chords);
  EXPECT_NE(manner.name, "waltz");
}

TEST(Manner, OfATuneInThreeIsAWaltz) {
  EXPECT_NE(manner_of(dice(), melody_in({3, 4})).name, "folk");
}

TEST(Manner, IsTheSameEveryTime) {
  const score::Piece melody = melody_in({6, 8});
  EXPECT_EQ(&manner_of(dice(), melody), &manner_of(dice(), melody));
}

}  // namespace
}  // namespace cantus::compose
