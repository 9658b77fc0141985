#include "neural/rolls/likeness.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::rolls {
namespace {

Roll random_roll(Random& random) {
  Roll roll;
  if (random.below(4) == 0) roll.metre = {3, 4};
  for (const Player player : kAllPlayers) {
    for (int i = 0; i < 12; ++i) {
      roll.of(player).push_back({static_cast<std::int16_t>(12 * random.below(12)), 6,
                                 static_cast<std::uint8_t>(60 + random.below(4)), 5});
    }
  }
  tidy(roll);
  return roll;
}

TEST(Likeness, IsTheShareOfOnsetsInCommon) {
  Roll a;
  a.of(Player::bass) = {{0, 12, 36, 5}, {12, 12, 38, 5}, {24, 12, 40, 5}};
  Roll b;
  b.of(Player::bass) = {{0, 6, 36, 1}, {12, 12, 38, 5}, {24, 12, 41, 5}};
  EXPECT_DOUBLE_EQ(distance(a, a), 0.0);
  EXPECT_DOUBLE_EQ(distance(a, b), 0.5);  // two of four
  EXPECT_DOUBLE_EQ(distance(a, b), distance(b, a));
  Roll other_player;
  other_player.of(Player::chords) = a.of(Player::bass);
  EXPECT_DOUBLE_EQ(distance(a, other_player), 1.0);
  Roll other_metre = a;
  other_metre.metre = {3, 4};
  EXPECT_DOUBLE_EQ(distance(a, other_metre), 1.0);
  EXPECT_DOUBLE_EQ(distance(Roll(), Roll()), 0.0);
}

TEST(Likeness, TheNearestIsTheOneThatComparingAllFinds) {
  Random random(3);
  std::vector<Roll> rolls;
  NearestPhrase nearest;
  for (std::uint32_t i = 0; i < 60; ++i) {
    rolls.push_back(random_roll(random));
    nearest.add(rolls.back(), i / 2);
  }
  for (int round = 0; round < 20; ++round) {
    const Roll query = random_roll(random);
    const std::uint32_t except = static_cast<std::uint32_t>(random.below(30));
    std::size_t best = rolls.size();
    for (std::size_t i = 0; i < rolls.size(); ++i) {
      if (i / 2 == except) continue;
      if (best == rolls.size() || distance(query, rolls[i]) < distance(query, rolls[best]))
        best = i;
    }
    const auto found = nearest.nearest(query, except);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->phrase, best);
    EXPECT_DOUBLE_EQ(found->distance, distance(query, rolls[best]));
  }
  EXPECT_EQ(nearest.nearest(rolls[17])->phrase, 17U);
  EXPECT_NE(nearest.nearest(rolls[17], 8)->phrase, 17U);
}

TEST(Likeness, NothingIsNearestInAnEmptySet) {
  NearestPhrase nearest;
  EXPECT_FALSE(nearest.nearest(Roll()));
  nearest.add(Roll(), 4);
  EXPECT_FALSE(nearest.nearest(Roll(), 4));
}

TEST(Likeness, ASetThatRepeatsItselfHasNoVariety) {
  Random random(9);
  const Roll one = random_roll(random);
  const Variety same = variety_of(std::vector{one, one, one});
  EXPECT_DOUBLE_EQ(same.mean_distance, 0.0);
  EXPECT_DOUBLE_EQ(same.nearly_identical, 1.0);
  Roll a;
  a.of(Player::bass) = {{0, 12, 36, 5}};
  Roll b;
  b.of(Player::bass) = {{0, 12, 37, 5}};
  const Variety three = variety_of(std::vector{a, a, b});
  EXPECT_DOUBLE_EQ(three.mean_distance, 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(three.nearest_distance, 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(three.nearly_identical, 2.0 / 3.0);
  EXPECT_EQ(variety_of(std::vector{one}).mean_distance, 0.0);
}

}  // namespace
}  // namespace cantus::rolls
