#include "sound/master/limiter.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "base/random.h"
#include "sound/audio/loudness.h"

namespace cantus::sound {
namespace {

/// Noise with clicks and loud bursts: unkind to a limiter.
Audio rough(std::uint64_t seed, std::size_t frames = 88200) {
  Random random(seed);
  Audio audio = silence(44100, 2, frames);
  for (std::size_t i = 0; i < frames; ++i) {
    const double loud = (i / 9000) % 2 == 0 ? 0.1 : 1.5;
    for (auto& channel : audio.channels) {
      channel[i] = static_cast<float>(loud * (random.uniform() - 0.5));
      if (random.below(4000) == 0) channel[i] = random.below(2) == 0 ? 2.0F : -2.0F;
    }
  }
  return audio;
}

Audio limited(Audio audio, double drive, const Limiting& how) {
  const std::vector<float> gains = limiter_gains(true_peaks(audio), drive, audio.sample_rate, how);
  for (auto& channel : audio.channels) {
    for (std::size_t i = 0; i < channel.size(); ++i)
      channel[i] *= gains[i];
  }
  return audio;
}

TEST(Limiter, SeesThePeakBetweenTheSamples) {
  Audio audio = silence(48000, 1, 4800);
  for (std::size_t i = 0; i < 4800; ++i) {
    const double phase = std::numbers::pi * (static_cast<double>(i) / 2.0 + 0.25);
    audio.channels[0][i] = static_cast<float>(0.5 * std::sin(phase));
  }
  const std::vector<float> peaks = true_peaks(audio);
  EXPECT_NEAR(db_from_gain(static_cast<double>(peaks[2400])), -6.02, 0.2);
  EXPECT_LT(peak(audio), 0.36F);
}

TEST(Limiter, PeaksAgreeWithTheMeter) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Audio audio = rough(seed, 8000);
    const std::vector<float> peaks = true_peaks(audio);
    const float most = *std::max_element(peaks.begin(), peaks.end());
    EXPECT_NEAR(db_from_gain(static_cast<double>(most)), true_peak_dbtp(audio), 0.1);
  }
}

TEST(Limiter, HoldsTheTruePeakUnderTheCeilingWhateverTheDrive) {
  Limiting how;
  for (const double drive : {0.5, 1.0, 4.0, 30.0}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      EXPECT_LE(true_peak_dbtp(limited(rough(seed), drive, how)), how.ceiling_dbtp + 0.1);
    }
  }
}

TEST(Limiter, LeavesWhatIsUnderTheCeilingAlone) {
  Audio audio = silence(44100, 2, 10000);
  for (auto& channel : audio.channels)
    channel.assign(10000, 0.5F);
  EXPECT_EQ(limited(audio, 1.0, Limiting{}), audio);
}

TEST(Limiter, TheGainBendsWithoutSteps) {
  Audio audio = silence(44100, 1, 44100);
  audio.channels[0][20000] = 8.0F;
  const std::vector<float> gains = limiter_gains(true_peaks(audio), 1.0, 44100, Limiting{});
  EXPECT_EQ(gains[19000], 1.0F);
  EXPECT_LE(gains[20000], 0.112F);
  EXPECT_GT(gains[44099], 0.98F);
  for (std::size_t i = 1; i < gains.size(); ++i) {
    ASSERT_LT(std::abs(gains[i] - gains[i - 1]), 0.012F);
  }
}

TEST(Limiter, NoFramesAndOneFrameAreFine) {
  EXPECT_TRUE(limiter_gains({}, 1.0, 44100, Limiting{}).empty());
  const std::vector<float> one = limiter_gains({4.0F}, 1.0, 44100, Limiting{});
  EXPECT_LE(one[0] * 4.0F, 0.9F);
}

}  // namespace
}  // namespace cantus::sound
