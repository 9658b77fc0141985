#include "sound/audio/resample.h"

#include <numbers>

#include <gtest/gtest.h>

namespace cantus::sound {
namespace {

TEST(Resample, ASineKeepsItsPitchAndHeight) {
  Audio audio = silence(44100, 1, 44100);
  for (std::size_t i = 0; i < 44100; ++i) {
    const double t = static_cast<double>(i) / 44100.0;
    audio.channels[0][i] = static_cast<float>(0.5 * std::sin(2000.0 * std::numbers::pi * t));
  }
  const auto up = resampled(audio, 48000);
  ASSERT_TRUE(up);
  ASSERT_EQ(up->frames(), 48000U);
  for (std::size_t i = 4800; i < 43200; ++i) {  // away from the ends
    const double t = static_cast<double>(i) / 48000.0;
    const double x = 0.5 * std::sin(2000.0 * std::numbers::pi * t);
    ASSERT_NEAR(static_cast<double>(up->channels[0][i]), x, 1e-4);
  }
}

TEST(Resample, TheSameRateChangesNothingAndZeroIsRefused) {
  const Audio audio = silence(44100, 2, 10);
  EXPECT_EQ(*resampled(audio, 44100), audio);
  EXPECT_FALSE(resampled(audio, 0));
}

}  // namespace
}  // namespace cantus::sound
