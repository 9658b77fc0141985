#include "sound/audio/loudness.h"

#include <numbers>

#include <gtest/gtest.h>

namespace cantus::sound {
namespace {

Audio sine(double hertz, double amplitude, double seconds, int rate = 48000, double phase = 0.0) {
  Audio audio = silence(rate, 2, static_cast<std::size_t>(seconds * rate));
  for (std::size_t i = 0; i < audio.frames(); ++i) {
    const double t = static_cast<double>(i) / rate;
    const double x = amplitude * std::sin(2.0 * std::numbers::pi * hertz * t + phase);
    audio.channels[0][i] = audio.channels[1][i] = static_cast<float>(x);
  }
  return audio;
}

// EBU Tech 3341, test case 1: a stereo sine of 1 kHz at -23 dBFS reads -23.0 +-0.1 LUFS.
TEST(Loudness, AStereoSineAtMinus23ReadsMinus23) {
  EXPECT_NEAR(integrated_lufs(sine(1000.0, gain_from_db(-23.0), 20.0)), -23.0, 0.1);
}

// EBU Tech 3341, test case 15: samples miss the crest of a sine at a quarter of the rate.
TEST(Loudness, TruePeakSeesBetweenTheSamples) {
  const Audio audio = sine(12000.0, 0.5, 1.0, 48000, std::numbers::pi / 4);
  EXPECT_NEAR(db_from_gain(static_cast<double>(peak(audio))), -9.03, 0.05);
  EXPECT_NEAR(true_peak_dbtp(audio), -6.0, 0.2);
  EXPECT_EQ(true_peak_dbtp(audio, 1), true_peak_dbtp(audio, 2));
}

TEST(Loudness, SilenceAndNothingAreMinusInfinity) {
  EXPECT_TRUE(std::isinf(integrated_lufs(silence(44100, 2, 44100))));
  EXPECT_TRUE(std::isinf(integrated_lufs(Audio{})));
  EXPECT_TRUE(std::isinf(true_peak_dbtp(silence(44100, 2, 10))));
}

TEST(Loudness, AnEstimateGoesBelowTheGate) {
  const Audio loud = sine(1000.0, 0.1, 2.0);
  EXPECT_EQ(estimated_lufs(loud), integrated_lufs(loud));
  EXPECT_NEAR(estimated_lufs(sine(1000.0, 1e-5, 2.0)), integrated_lufs(loud) - 80.0, 0.1);
  EXPECT_TRUE(std::isinf(estimated_lufs(silence(44100, 2, 100))));
}

TEST(Loudness, ATenthOfASecondHasALoudness) {
  EXPECT_TRUE(std::isfinite(integrated_lufs(sine(1000.0, 0.5, 0.1))));
}

}  // namespace
}  // namespace cantus::sound
