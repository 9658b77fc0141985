// One performed part in, one dry stereo stem out, by FluidSynth.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>

#include "base/result.h"
#include "sound/audio/audio.h"
#include "sound/perform/performance.h"

namespace cantus::sound {

struct SynthOptions {
  std::filesystem::path soundfont;
  int sample_rate = 44100;  ///< 8000 to 96000
  double longest_tail_seconds = 10.0;
  const std::atomic<bool>* stop = nullptr;  ///< Set it to end early with `interrupted`.
};

/// Plays until the last note has rung out, or longest_tail_seconds after its release; the end is
/// silent. Onsets and releases fall on FluidSynth's grid of 64 frames, the nearest point to the
/// asked frame: at most 32 frames (0.7 ms) away. The same part gives the same samples.
/// [any thread]
Result<Audio> synthesize(const PerformedPart& part, const SynthOptions& options);

}  // namespace cantus::sound
