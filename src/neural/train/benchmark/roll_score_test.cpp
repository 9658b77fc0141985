#include "neural/train/benchmark/roll_score.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/train/benchmark/roll_features.h"

namespace cantus::benchmark {
namespace {

/// Chords of up to five keys near the middle, some held, some repeating what came 8 frames before.
Roll some_piece(std::uint64_t seed, std::size_t frames) {
  Random random(seed);
  Roll roll(frames);
  for (std::size_t t = 0; t < frames; ++t) {
    if (t >= 8 && random.below(3) == 0) {
      roll[t] = roll[t - 8];
      continue;
    }
    for (std::uint64_t notes = random.below(6); notes > 0; --notes)
      roll[t].add(30 + static_cast<int>(random.below(30)));
  }
  return roll;
}

class RollScore : public testing::Test {
 protected:
  std::vector<Roll> train_{some_piece(1, 40), some_piece(2, 40)};
  TrainingMemory memory_{train_};
  DecisionNet net_{{roll_feature_count(), 32, 16, 8}, 7};

  FrameLosses losses(const Roll& roll) {
    return frame_losses({&net_, 1}, context_of(roll, memory_));
  }
};

TEST_F(RollScore, TheProbabilitiesOfAllFramesOverTenKeysAddUpToOne) {
  constexpr int kFrom = 40;
  constexpr int kKeysTried = 10;
  constexpr std::size_t kFrame = 19;
  Roll roll = some_piece(3, 20);
  roll[kFrame] = KeySet();
  roll[kFrame].add(31);  // decided before the ten keys
  double sum = 0.0;
  for (unsigned keys = 0; keys < (1U << kKeysTried); ++keys) {
    Roll tried = roll;
    for (int k = 0; k < kKeysTried; ++k) {
      if (((keys >> static_cast<unsigned>(k)) & 1U) != 0) tried[kFrame].add(kFrom + k);
    }
    const auto of_keys = key_losses({&net_, 1}, context_of(tried, memory_), kFrame);
    double loss = 0.0;
    for (std::size_t k = kFrom; k < kFrom + kKeysTried; ++k)
      loss += of_keys[k];
    sum += std::exp(-loss);
  }
  EXPECT_NEAR(sum, 1.0, 1e-5);
}

TEST_F(RollScore, DisturbingAFrameLeavesAllLossesBeforeItUnchanged) {
  const Roll roll = some_piece(4, 50);
  const FrameLosses as_it_is = losses(roll);
  for (std::size_t t = 1; t < roll.size(); ++t) {
    Roll disturbed = roll;
    for (const int key : {33, 47, 60})
      disturbed[t].flip(key);
    const FrameLosses now = losses(disturbed);
    for (std::size_t before = 0; before + 1 < t; ++before)
      EXPECT_EQ(as_it_is[before], now[before]) << "frame " << before + 1 << ", disturbed " << t;
    EXPECT_NE(as_it_is[t - 1], now[t - 1]);
  }
}

TEST_F(RollScore, AKeyLeavesTheLossesOfTheKeysBelowItUnchanged) {
  constexpr std::size_t kFrame = 30;
  const Roll roll = some_piece(5, 31);
  const auto as_it_is = key_losses({&net_, 1}, context_of(roll, memory_), kFrame);
  for (int key = 0; key < kKeys; ++key) {
    Roll disturbed = roll;
    disturbed[kFrame].flip(key);
    const auto now = key_losses({&net_, 1}, context_of(disturbed, memory_), kFrame);
    for (std::size_t below = 0; below < static_cast<std::size_t>(key); ++below)
      EXPECT_EQ(as_it_is[below], now[below]);
  }
}

TEST_F(RollScore, TheLossOfAFrameIsTheSumOverItsKeys) {
  const RollContext context = context_of(some_piece(6, 40), memory_);
  const FrameLosses frames = frame_losses({&net_, 1}, context);
  for (std::size_t t = 1; t < context.roll.size(); ++t) {
    double sum = 0.0;
    for (const double loss : key_losses({&net_, 1}, context, t))
      sum += loss;
    EXPECT_NEAR(frames[t - 1], sum, 1e-3);
  }
}

TEST_F(RollScore, TransposingAPieceLeavesOutOnlyTheKeysOwnHeight) {
  const Roll roll = some_piece(8, 30);
  Roll moved;
  for (const KeySet& keys : roll)
    moved.push_back(keys.moved(3));
  Decisions here;
  Decisions there;
  KeyWeights one{};
  one[45] = 1.0F;
  add_frame(context_of(roll, memory_), 29, 3, one, here);
  one[45] = 0.0F;
  one[48] = 1.0F;
  add_frame(context_of(moved, memory_), 29, 0, one, there);
  EXPECT_EQ(here.rows.feature, there.rows.feature);
  EXPECT_EQ(here.moments.feature, there.moments.feature);
}

TEST_F(RollScore, TurningTwiceGivesThePieceBack) {
  const Roll roll = some_piece(9, 20);
  EXPECT_EQ(turned(turned(roll)), roll);
}

}  // namespace
}  // namespace cantus::benchmark
