// From a piece to sound: performed, synthesized, mixed and mastered.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"
#include "sound/audio/audio.h"

namespace cantus::tasks {

struct RenderOptions {
  int sample_rate = 44100;                         ///< 22050 to 96000
  std::optional<std::filesystem::path> soundfont;  ///< Found by itself where not given.
  double loudness_lufs = -14.0;
  double ceiling_dbtp = -1.5;  ///< Leaves lossy formats room to stay under -1 dBTP.
  std::uint64_t seed = 0;      ///< Of the performance.
  double humanity = 1.0;       ///< How human the performance is, 0 to 2; 0 plays what is written.
  std::string style;           ///< A word of tokens::styles() for the drummer; empty: any.
  double final_slowing = 0.0;
  /// Of the learnt drummer; found by itself where not given, the rules where there are none.
  std::optional<std::filesystem::path> performer;
  std::optional<std::filesystem::path> player;  ///< Of pitched parts, likewise.
  /// The length of every sound, to the frame: what still rings there fades out before it, what is
  /// shorter is followed by silence. Without it the sound ends when the last tail has died away.
  std::optional<std::int64_t> exact_frames;
  bool keeps_stems = true;  ///< Without them, less memory.
  int threads = 1;
  const std::atomic<bool>* stop = nullptr;  ///< Set it to end early with `interrupted`.
};

struct Stem {
  std::string name;  ///< The part's; never empty, and no two the same.
  sound::Audio audio;
};

struct Rendering {
  std::vector<Stem> stems;  ///< One a part, all of one length; empty where not kept.
  sound::Audio mix;         ///< The stems added in their order, sample for sample.
  sound::Audio master;
  double loudness_lufs = 0.0;  ///< Of the master, as measured; minus infinity for silence.
  double true_peak_dbtp = 0.0;
  double limited_db = 0.0;  ///< The most the limiter took away.
};

constexpr double kLongestSeconds = 2.0 * 3600.0;

/// Fails with invalid_input for a piece without notes, over kLongestSeconds or options out of
/// range, not_found without a SoundFont, interrupted, as touch_parts does. The samples are the same
/// for any `threads`.
Result<Rendering> render_piece(const score::Piece& piece, const RenderOptions& options);

}  // namespace cantus::tasks
