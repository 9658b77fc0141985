#include "neural/band/beat_grid.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "neural/band/random_phrase.h"

namespace cantus::band {
namespace {

using rolls::Player;
using rolls::Roll;
using rolls::RollNote;
using testing::ElementsAre;

Roll with(Player player, std::vector<RollNote> notes) {
  Roll roll;
  roll.of(player) = std::move(notes);
  return roll;
}

TEST(BeatGrid, TheKeysStruckComeBackFromTheRoll) {
  for (const score::Metre metre : {score::Metre{4, 4}, score::Metre{3, 4}, score::Metre{6, 8}}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const BeatGrid grid = random_grid(metre, Random(seed));
      const Roll roll = roll_of(grid, metre, Roll{}.chords);
      const BeatGrid again = grid_of(roll);
      for (int beat = 0; beat < kBeats; ++beat) {
        for (const Player player : rolls::kAllPlayers) {
          for (std::size_t place = 0; place < kPlaces; ++place)
            EXPECT_EQ(again.at(beat, player)[place].keys, grid.at(beat, player)[place].keys);
        }
      }
    }
  }
}

TEST(BeatGrid, SixteenthsAndTripletsKeepTheirPlaces) {
  const Roll roll = with(Player::melody, {{0, 3, 60, 5}, {3, 3, 62, 5}, {16, 4, 64, 5}});
  const Roll back = roll_of(grid_of(roll), roll.metre, roll.chords);
  EXPECT_EQ(back.of(Player::melody).size(), 3U);
  EXPECT_EQ(back, roll);
}

TEST(BeatGrid, AnOnsetBetweenPlacesGoesToTheNearest) {
  const Roll roll = with(Player::melody, {{7, 3, 60, 5}, {23, 3, 62, 5}});
  const Roll back = roll_of(grid_of(roll), roll.metre, roll.chords);
  EXPECT_EQ(back.of(Player::melody)[0].onset, 6);
  EXPECT_EQ(back.of(Player::melody)[1].onset, 24);
}

TEST(BeatGrid, ABassKeepsTheLowestAndAMelodyTheHighestOfTogether) {
  Roll roll;
  roll.of(Player::bass) = {{0, 12, 36, 5}, {0, 12, 43, 5}};
  roll.of(Player::melody) = {{0, 12, 60, 5}, {0, 12, 67, 5}};
  const Roll back = roll_of(grid_of(roll), roll.metre, roll.chords);
  ASSERT_EQ(back.of(Player::bass).size(), 1U);
  EXPECT_EQ(back.of(Player::bass)[0].key, 36);
  ASSERT_EQ(back.of(Player::melody).size(), 1U);
  EXPECT_EQ(back.of(Player::melody)[0].key, 67);
}

TEST(BeatGrid, KeysOutsideFourOctavesAreFoldedIn) {
  const Roll roll = with(Player::bass, {{0, 12, 12, 5}, {12, 12, 90, 5}});
  const Roll back = roll_of(grid_of(roll), roll.metre, roll.chords);
  EXPECT_EQ(back.of(Player::bass)[0].key, 24);
  EXPECT_EQ(back.of(Player::bass)[1].key, 66);
}

TEST(BeatGrid, HalfBarsOfThreeBeatsBeginInTheMiddleOfTheSecond) {
  EXPECT_EQ(half_bar_of(0, 5, 36), 0);
  EXPECT_EQ(half_bar_of(1, 2, 36), 0);
  EXPECT_EQ(half_bar_of(1, 3, 36), 1);
  EXPECT_EQ(half_bar_of(2, 0, 36), 1);
  EXPECT_EQ(half_bar_of(2, 0, 48), 1);
  EXPECT_EQ(half_bar_of(5, 0, 48), 2);
}

}  // namespace
}  // namespace cantus::band
