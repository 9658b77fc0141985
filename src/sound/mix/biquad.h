// Second-order filters after Bristow-Johnson's cookbook.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace cantus::sound {

/// Coefficients for y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y''. Frequencies are held below 0.49 of
/// the sample rate; all filters are stable there (R. Bristow-Johnson, Audio EQ Cookbook, 2005).
struct Biquad {
  double b0 = 1.0, b1 = 0.0, b2 = 0.0;
  double a1 = 0.0, a2 = 0.0;

  static Biquad high_pass(double cutoff_hz, double q, int sample_rate);
  static Biquad low_pass(double cutoff_hz, double q, int sample_rate);
  /// `gain_db` at the centre, back to half of it (in dB) at the edges of the band.
  static Biquad peak(double centre_hz, double q, double gain_db, int sample_rate);
  static Biquad low_shelf(double corner_hz, double gain_db, int sample_rate);
  static Biquad high_shelf(double corner_hz, double gain_db, int sample_rate);

  /// The filter's gain at a frequency.
  double gain_db(double hertz, int sample_rate) const;
};

/// Filters in place, from rest, in transposed direct form II with state in double precision.
void filter(const Biquad& biquad, std::span<float> samples);

}  // namespace cantus::sound
