// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/clock.h"

#include <gtest/gtest.h>

namespace cantus::formats::humdrum {
namespace {

TEST(Moment, AddsTupletsThatTicksCannotHoldWithoutDrift) {
  for (const std::int64_t parts : {11, 13, 17, 19, 22, 23, 26, 29, 31}) {
    Moment sum;
    for (std::int64_t i = 0; i < 100 * parts; ++i)
      sum = sum + Moment(40320, parts);
    EXPECT_EQ(sum, Moment(4032000)) << parts;
  }
}

TEST(Moment, AddsMixedTupletsInAnyOrder) {
  Moment sum;
  for (int i = 0; i < 11; ++i)
    for (const std::int64_t parts : {11, 13, 17})
      sum = sum + Moment(1, parts);
  for (int i = 0; i < 2; ++i)
    sum = sum + Moment(1, 13);
  for (int i = 0; i < 6; ++i)
    sum = sum + Moment(1, 17);
  EXPECT_EQ(sum, Moment(3));
}

TEST(Moment, IsOrderedByValueNotByForm) {
  EXPECT_LT(Moment(1, 3), Moment(2, 5));
  EXPECT_EQ(Moment(2, 6), Moment(1, 3));
  EXPECT_GT(Moment(7, 2), Moment(3));
}

TEST(Moment, RoundsToTheNearestTick) {
  EXPECT_EQ(Moment(40320, 11).rounded(), 3665);
  EXPECT_EQ(Moment(40320, 13).rounded(), 3102);
  EXPECT_EQ(Moment(5, 2).rounded(), 3);
}

TEST(Moment, StaysWithinATickWhereDenominatorsOutgrowIt) {
  Moment sum;
  double exact = 0;
  for (const std::int64_t parts : {65521, 65519, 65497, 65479, 65449, 65447, 65437}) {
    sum = sum + Moment(1, parts);
    exact += 1.0 / static_cast<double>(parts);
  }
  for (int i = 0; i < 1000; ++i)
    sum = sum + Moment(1000, 1);
  EXPECT_EQ(sum.rounded(), 1000000);
  EXPECT_LT(exact, 0.5);
}

}  // namespace
}  // namespace cantus::formats::humdrum
