// The same sound at another sample rate, by libsoxr at its highest quality.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "sound/audio/audio.h"

namespace cantus::sound {

/// As long in seconds, to the nearest frame; fails with invalid_input for rates soxr refuses.
Result<Audio> resampled(const Audio& audio, int sample_rate);

}  // namespace cantus::sound
