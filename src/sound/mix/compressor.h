// A gentle compressor: turns loud passages down, evenly on both channels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sound/audio/audio.h"

namespace cantus::sound {

struct Compression {
  double threshold_db = -12.0;  ///< of the peak of a few frames, dBFS
  double ratio = 2.0;           ///< 1 changes nothing
  double knee_db = 8.0;
  double attack_ms = 12.0;
  double release_ms = 160.0;
};

/// The static curve: how many dB a steady level is changed by, 0 or less.
double compression_db(const Compression& how, double level_db);

/// The sound comes out with the mean power it went in with.
void compress(Audio& audio, const Compression& how);

}  // namespace cantus::sound
