// A look-ahead limiter that holds the true peak, between the samples too, under a ceiling.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sound/audio/audio.h"

namespace cantus::sound {

/// For every frame the largest absolute value of any channel on it and up to the next and the last
/// one, from four-fold oversampling (ITU-R BS.1770-4, annex 2).
std::vector<float> true_peaks(const Audio& audio);

struct Limiting {
  double ceiling_dbtp = -1.0;
  double look_ahead_ms = 5.0;
  double release_ms = 120.0;
};

/// The gain for every frame, `drive` included, that keeps peaks times gain under the ceiling:
/// `drive` where nothing must be held down, less around peaks, without steps.
std::vector<float> limiter_gains(const std::vector<float>& peaks,
                                 double drive,
                                 int sample_rate,
                                 const Limiting& how);

}  // namespace cantus::sound
