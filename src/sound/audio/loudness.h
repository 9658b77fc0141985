// How loud a sound is, as broadcasters count it (EBU R 128, ITU-R BS.1770), by libebur128.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sound/audio/audio.h"

namespace cantus::sound {

/// Integrated loudness in LUFS; minus infinity for silence (nothing above -70 LUFS).
/// A sound shorter than a measuring block of 0.4 s is measured with silence behind it.
double integrated_lufs(const Audio& audio);

/// integrated_lufs(), but finite for all that is not silence: what lies under the meter's gate is
/// measured as if it were louder.
double estimated_lufs(const Audio& audio);

/// True peak in dBTP, from four-fold oversampling (two-fold from 96 kHz); minus infinity for
/// silence. Two channels are measured at once where `threads` allows.
double true_peak_dbtp(const Audio& audio, int threads = 1);

}  // namespace cantus::sound
