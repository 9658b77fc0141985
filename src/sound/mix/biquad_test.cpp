#include "sound/mix/biquad.h"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace cantus::sound {
namespace {

constexpr int kRate = 44100;

/// The gain a long sine really gets.
double measured_db(const Biquad& biquad, double hertz) {
  std::vector<float> samples(kRate);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i) / kRate;
    samples[i] = static_cast<float>(std::sin(2.0 * std::numbers::pi * hertz * t));
  }
  filter(biquad, samples);
  double sum = 0.0;
  for (std::size_t i = kRate / 2; i < samples.size(); ++i) {
    sum += static_cast<double>(samples[i]) * static_cast<double>(samples[i]);
  }
  return 10.0 * std::log10(2.0 * sum / (kRate / 2));
}

constexpr double kButterworth = 0.70710678;

TEST(Biquad, HighAndLowPassAre3dBDownAtTheCutoff) {
  for (const double cutoff : {40.0, 130.0, 1000.0, 9000.0}) {
    EXPECT_NEAR(measured_db(Biquad::high_pass(cutoff, kButterworth, kRate), cutoff), -3.0, 0.2);
    EXPECT_NEAR(measured_db(Biquad::low_pass(cutoff, kButterworth, kRate), cutoff), -3.0, 0.2);
  }
}

TEST(Biquad, SlopesAre12dBAnOctaveAndPassBandsFlat) {
  const Biquad high = Biquad::high_pass(400.0, kButterworth, kRate);
  EXPECT_NEAR(measured_db(high, 50.0) - measured_db(high, 25.0), 12.0, 0.3);
  EXPECT_NEAR(measured_db(high, 4000.0), 0.0, 0.05);
  const Biquad low = Biquad::low_pass(400.0, kButterworth, kRate);
  EXPECT_NEAR(measured_db(low, 40.0), 0.0, 0.05);
}

TEST(Biquad, ABellHasItsGainAtTheCentreAndNoneFarAway) {
  const Biquad bell = Biquad::peak(1000.0, 1.0, 6.0, kRate);
  EXPECT_NEAR(measured_db(bell, 1000.0), 6.0, 0.1);
  EXPECT_NEAR(measured_db(bell, 20.0), 0.0, 0.1);
  EXPECT_NEAR(measured_db(bell, 18000.0), 0.0, 0.1);
}

TEST(Biquad, ShelvesLiftOneSideByTheirGainAndTheCornerByHalf) {
  const Biquad high = Biquad::high_shelf(3000.0, 4.0, kRate);
  EXPECT_NEAR(measured_db(high, 18000.0), 4.0, 0.1);
  EXPECT_NEAR(measured_db(high, 3000.0), 2.0, 0.1);
  EXPECT_NEAR(measured_db(high, 100.0), 0.0, 0.1);
  const Biquad low = Biquad::low_shelf(200.0, -5.0, kRate);
  EXPECT_NEAR(measured_db(low, 20.0), -5.0, 0.1);
  EXPECT_NEAR(measured_db(low, 5000.0), 0.0, 0.1);
}

TEST(Biquad, TheComputedGainIsTheMeasuredOne) {
  const Biquad bell = Biquad::peak(700.0, 2.0, -9.0, kRate);
  for (const double hertz : {100.0, 500.0, 700.0, 2000.0}) {
    EXPECT_NEAR(bell.gain_db(hertz, kRate), measured_db(bell, hertz), 0.05);
  }
}

TEST(Biquad, IsStableForCutoffsBeyondTheRate) {
  std::vector<float> samples(kRate, 0.0F);
  samples[0] = 1.0F;
  filter(Biquad::low_pass(90000.0, 5.0, kRate), samples);
  for (const float sample : samples)
    ASSERT_LE(std::abs(sample), 10.0F);
  EXPECT_LT(std::abs(samples.back()), 1e-6F);
}

}  // namespace
}  // namespace cantus::sound
