#include "music/score/tempo_map.h"

#include <gtest/gtest.h>

namespace cantus::score {
namespace {

TEST(TempoMap, AtOneHundredAndTwentyABeatIsHalfASecond) {
  EXPECT_DOUBLE_EQ(TempoMap(120).seconds_at(Tick(kTicksPerBeat)), 0.5);
}

TEST(TempoMap, SecondsAndTicksAreInverse) {
  TempoMap map(97.3);
  map.set(Tick(50000), 61.0);
  map.set(Tick(90001), 180.0);
  for (std::int64_t tick = 0; tick < 200000; tick += 777) {
    EXPECT_EQ(map.tick_at(map.seconds_at(Tick(tick))), Tick(tick));
  }
}

TEST(TempoMap, TheOrderOfSettingDoesNotMatter) {
  TempoMap a;
  a.set(Tick(10), 100);
  a.set(Tick(5), 90);
  TempoMap b;
  b.set(Tick(5), 90);
  b.set(Tick(10), 100);
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.bpm_at(Tick(7)), 90);
}

TEST(TempoMap, ALaterSettingAtOneTickReplacesTheEarlier) {
  TempoMap map;
  map.set(Tick(5), 90);
  map.set(Tick(5), 91);
  EXPECT_EQ(map.changes().size(), 2U);
  EXPECT_EQ(map.bpm_at(Tick(5)), 91);
}

}  // namespace
}  // namespace cantus::score
