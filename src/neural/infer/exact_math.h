// exp, log, sine and cosine from additions and multiplications alone, so that the bits are the same
// on every machine (libm's differ between versions and processors).
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cantus::infer {

/// Within 2e-16 relative for -700 <= x <= 700; beyond, as at the end of that range.
double exact_exp(double x);

/// Of a positive, finite, normal number; within 4e-16 of the truth, relative or absolute.
double exact_log(double x);

struct SineCosine {
  double sine;
  double cosine;
};

/// Within 4e-16 for 0 <= radians <= 100,000.
SineCosine exact_sine_cosine(double radians);

}  // namespace cantus::infer
