// The last step: a mix at a wanted loudness, under a true-peak ceiling.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sound/audio/audio.h"

namespace cantus::sound {

struct MasterOptions {
  double loudness_lufs = -14.0;
  /// Half a decibel under the usual -1 dBTP: Vorbis, Opus and MP3 come back up to 0.4 dB higher.
  double ceiling_dbtp = -1.5;
};

struct Mastered {
  Audio audio;
  double loudness_lufs;   ///< As measured; minus infinity for silence.
  double true_peak_dbtp;  ///< As measured; never above the ceiling.
  double limited_db;      ///< The most the limiter took away.
};

/// As long as the mix. Within 0.5 LU of the wanted loudness wherever limiting can get it there;
/// silence stays silence.
Mastered master(const Audio& mix, const MasterOptions& options);

}  // namespace cantus::sound
