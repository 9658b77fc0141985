#include "sound/mix/compressor.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace cantus::sound {
namespace {

Compression two_to_one() {
  Compression how;
  how.threshold_db = -20.0;
  how.ratio = 2.0;
  how.knee_db = 6.0;
  return how;
}

TEST(Compressor, TheCurveIsFlatBelowTheKneeAndHalfSteepAbove) {
  const Compression how = two_to_one();
  EXPECT_EQ(compression_db(how, -40.0), 0.0);
  EXPECT_EQ(compression_db(how, -23.0), 0.0);
  EXPECT_NEAR(compression_db(how, -20.0), -0.375, 1e-9);
  EXPECT_NEAR(compression_db(how, -10.0), -5.0, 1e-9);
  EXPECT_NEAR(compression_db(how, 0.0), -10.0, 1e-9);
}

TEST(Compressor, TheCurveHasNoStepAtTheKneesEdges) {
  const Compression how = two_to_one();
  for (double level = -30.0; level < -10.0; level += 0.01) {
    EXPECT_LT(std::abs(compression_db(how, level + 0.01) - compression_db(how, level)), 0.006);
  }
}

Audio soft_then_loud() {
  Audio audio = silence(44100, 2, 88200);
  for (std::size_t i = 0; i < audio.frames(); ++i) {
    const double amplitude = i < 44100 ? 0.03 : 0.5;
    const double t = static_cast<double>(i) / 44100.0;
    audio.channels[0][i] = static_cast<float>(amplitude * std::sin(600.0 * std::numbers::pi * t));
    audio.channels[1][i] = 0.5F * audio.channels[0][i];
  }
  return audio;
}

TEST(Compressor, BringsSoftAndLoudTogetherByTheCurve) {
  Audio audio = soft_then_loud();
  compress(audio, two_to_one());
  const auto soft = static_cast<double>(peak(audio, 30000, 44000));
  const auto loud = static_cast<double>(peak(audio, 70000, 88000));
  const double before = db_from_gain(0.5 / 0.03);
  // -6 dBFS is 14 dB over the threshold: 7 dB less.
  EXPECT_NEAR(db_from_gain(loud / soft), before - 7.0, 0.5);
}

TEST(Compressor, KeepsTheMeanPowerAndTheStereoImage) {
  Audio audio = soft_then_loud();
  const auto power = [](const Audio& a) {
    double sum = 0.0;
    for (const float x : a.channels[0])
      sum += static_cast<double>(x) * static_cast<double>(x);
    return sum;
  };
  const double before = power(audio);
  compress(audio, two_to_one());
  EXPECT_NEAR(power(audio), before, before * 1e-3);
  for (std::size_t i = 0; i < audio.frames(); ++i) {
    ASSERT_NEAR(audio.channels[1][i], 0.5F * audio.channels[0][i], 1e-5F);
  }
}

TEST(Compressor, ARatioOfOneAndSilenceChangeNothing) {
  Audio audio = soft_then_loud();
  Compression none = two_to_one();
  none.ratio = 1.0;
  const Audio before = audio;
  compress(audio, none);
  EXPECT_EQ(audio, before);
  Audio quiet = silence(44100, 2, 1000);
  compress(quiet, two_to_one());
  EXPECT_EQ(peak(quiet), 0.0F);
}

}  // namespace
}  // namespace cantus::sound
