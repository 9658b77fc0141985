#include "music/score/metre_map.h"

#include <gtest/gtest.h>

namespace cantus::score {
namespace {

MetreMap changing_metres() {
  MetreMap map(Metre{4, 4});
  map.set_pickup(beats(1));
  map.set(Tick() + beats(1 + 8), Metre{3, 4});
  map.set(Tick() + beats(1 + 8 + 6), Metre{6, 8});
  return map;
}

TEST(MetreMap, EveryBarStartLiesInItsOwnBar) {
  const MetreMap map = changing_metres();
  for (int bar = 0; bar < 20; ++bar)
    EXPECT_EQ(map.bar_at(map.bar_start(bar)), bar);
}

TEST(MetreMap, TheTickBeforeABarLiesInTheBarBefore) {
  const MetreMap map = changing_metres();
  for (int bar = 1; bar < 20; ++bar) {
    EXPECT_EQ(map.bar_at(map.bar_start(bar) - TickLength(1)), bar - 1);
  }
}

TEST(MetreMap, BarStartsListsTheSamePlaces) {
  const MetreMap map = changing_metres();
  const auto starts = map.bar_starts(map.bar_start(12));
  ASSERT_EQ(starts.size(), 12U);
  for (int bar = 0; bar < 12; ++bar) {
    EXPECT_EQ(starts[static_cast<std::size_t>(bar)], map.bar_start(bar));
  }
}

TEST(MetreMap, WithoutAPickupTheFirstBarIsBarOne) {
  const MetreMap map(Metre{3, 4});
  EXPECT_EQ(map.bar_at(Tick()), 1);
  EXPECT_EQ(map.bar_start(2), Tick() + beats(3));
}

TEST(MetreMap, ABarCutByAChangeIsShort) {
  MetreMap map(Metre{4, 4});
  map.set(Tick() + beats(6), Metre{4, 4});
  EXPECT_EQ(map.bar_start(3), Tick() + beats(6));
}

TEST(MetreMap, SixEightIsFeltInTwo) {
  EXPECT_EQ((Metre{6, 8}.pulse()), beats(3, 2));
  EXPECT_EQ((Metre{3, 4}.pulse()), beats(1));
  EXPECT_EQ((Metre{6, 8}.bar_length()), beats(3));
}

}  // namespace
}  // namespace cantus::score
