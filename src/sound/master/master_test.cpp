#include "sound/master/master.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "base/random.h"
#include "sound/audio/loudness.h"

namespace cantus::sound {
namespace {

/// Decaying tones, `seconds` long, one every half second: a little like a piano.
Audio plucks(double seconds, double amplitude, double decay = 4.0) {
  Audio audio = silence(44100, 2, static_cast<std::size_t>(seconds * 44100));
  for (std::size_t i = 0; i < audio.frames(); ++i) {
    const double t = static_cast<double>(i % 22050) / 44100.0;
    const double x = amplitude * std::exp(-decay * t) * std::sin(2764.6 * t);
    audio.channels[0][i] = static_cast<float>(x);
    audio.channels[1][i] = static_cast<float>(0.8 * x);
  }
  return audio;
}

void expect_mastered(const Audio& mix, const MasterOptions& options) {
  const Mastered mastered = master(mix, options);
  EXPECT_EQ(mastered.audio.frames(), mix.frames());
  EXPECT_NEAR(integrated_lufs(mastered.audio), options.loudness_lufs, 0.5);
  EXPECT_LE(true_peak_dbtp(mastered.audio), options.ceiling_dbtp + 1e-6);
  EXPECT_NEAR(mastered.loudness_lufs, integrated_lufs(mastered.audio), 0.01);
  EXPECT_NEAR(mastered.true_peak_dbtp, true_peak_dbtp(mastered.audio), 0.1);
}

TEST(Master, ReachesTheLoudnessUnderTheCeilingFromAnyLevel) {
  for (const double amplitude : {1e-4, 0.01, 0.3, 4.0}) {
    expect_mastered(plucks(5.0, amplitude), MasterOptions{});
  }
}

TEST(Master, ReachesOtherLoudnessesToo) {
  for (const double lufs : {-23.0, -16.0, -10.0}) {
    MasterOptions options;
    options.loudness_lufs = lufs;
    expect_mastered(plucks(5.0, 0.3), options);
  }
}

TEST(Master, ReachesTheLoudnessWithSharpAttacksOverSoftSound) {
  expect_mastered(plucks(5.0, 0.5, 40.0), MasterOptions{});
}

TEST(Master, SilenceStaysSilent) {
  const Mastered mastered = master(silence(44100, 2, 44100), MasterOptions{});
  EXPECT_EQ(peak(mastered.audio), 0.0F);
  EXPECT_TRUE(std::isinf(mastered.loudness_lufs));
  EXPECT_EQ(master(silence(44100, 2, 0), MasterOptions{}).audio.frames(), 0U);
}

TEST(Master, ASoundOfATenthOfASecondIsFiniteAndUnderTheCeiling) {
  const Mastered mastered = master(plucks(0.1, 0.5), MasterOptions{});
  EXPECT_GT(peak(mastered.audio), 0.1F);
  EXPECT_LE(true_peak_dbtp(mastered.audio), MasterOptions{}.ceiling_dbtp + 1e-6);
}

TEST(Master, AWhisperBelowTheGateIsRaisedToo) {
  const Mastered mastered = master(plucks(3.0, 1e-6), MasterOptions{});
  EXPECT_NEAR(mastered.loudness_lufs, -14.0, 0.5);
}

TEST(Master, IsTheSameEveryTime) {
  const Audio mix = plucks(1.0, 0.9);
  EXPECT_EQ(master(mix, MasterOptions{}).audio, master(mix, MasterOptions{}).audio);
}

TEST(Master, WhatNeedsNoLimitingIsOnlyMadeLouder) {
  const Audio mix = plucks(5.0, 0.1, 1.0);
  MasterOptions options;
  options.loudness_lufs = -23.0;
  const Mastered mastered = master(mix, options);
  EXPECT_NEAR(mastered.limited_db, 0.0, 1e-6);
  const float gain = mastered.audio.channels[0][100] / mix.channels[0][100];
  EXPECT_NEAR(mastered.audio.channels[0][30000], gain * mix.channels[0][30000], 1e-6F);
}

}  // namespace
}  // namespace cantus::sound
