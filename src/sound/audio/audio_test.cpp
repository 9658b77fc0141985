#include "sound/audio/audio.h"

#include <gtest/gtest.h>

namespace cantus::sound {
namespace {

TEST(Audio, SilenceHasTheAskedShape) {
  const Audio audio = silence(48000, 2, 480);
  EXPECT_EQ(audio.channels.size(), 2U);
  EXPECT_EQ(audio.frames(), 480U);
  EXPECT_DOUBLE_EQ(audio.seconds(), 0.01);
  EXPECT_EQ(peak(audio), 0.0F);
}

TEST(Audio, AddingAShorterSoundLeavesTheRest) {
  Audio sum = silence(44100, 1, 4);
  Audio other = silence(44100, 1, 2);
  other.channels[0] = {0.5F, -0.75F};
  add(sum, other);
  add(sum, other);
  EXPECT_EQ(sum.channels[0], (std::vector<float>{1.0F, -1.5F, 0.0F, 0.0F}));
}

TEST(Audio, PeakLooksOnlyBetweenItsBounds) {
  Audio audio = silence(44100, 1, 4);
  audio.channels[0] = {0.9F, -0.2F, 0.1F, -0.8F};
  EXPECT_EQ(peak(audio), 0.9F);
  EXPECT_EQ(peak(audio, 1, 3), 0.2F);
  EXPECT_EQ(peak(audio, 4), 0.0F);
}

TEST(Audio, AFadeStartsAtOneFallsAndEndsInSilence) {
  Audio audio = silence(44100, 2, 100);
  for (auto& channel : audio.channels)
    channel.assign(100, 1.0F);
  fade_out(audio, 20, 60);
  const std::vector<float>& left = audio.channels[0];
  EXPECT_EQ(left[20], 1.0F);
  EXPECT_NEAR(left[40], 0.5F, 1e-6);
  EXPECT_EQ(left[60], 0.0F);
  EXPECT_EQ(left[99], 0.0F);
  for (std::size_t i = 21; i < 60; ++i)
    EXPECT_LT(left[i], left[i - 1]);
  EXPECT_EQ(audio.channels[0], audio.channels[1]);
}

TEST(Audio, DecibelsThereAndBackAgree) {
  for (const double db : {-90.0, -6.0, 0.0, 12.0}) {
    EXPECT_NEAR(db_from_gain(gain_from_db(db)), db, 1e-9);
  }
  EXPECT_TRUE(std::isinf(db_from_gain(0.0)));
}

}  // namespace
}  // namespace cantus::sound
