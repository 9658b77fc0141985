// A mixer's channel strip: what happens to one part between the synthesizer and the mix.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "music/score/piece.h"
#include "sound/audio/audio.h"
#include "sound/mix/compressor.h"
#include "sound/mix/reverb.h"

namespace cantus::sound {

struct Strip {
  double low_cut_hz = 30.0;
  double presence_db = 0.0;   ///< A shelf above 3 kHz.
  double level_lufs = -23.0;  ///< Where the part's own loudness is put.
  double intent_db = 0.0;     ///< Louder or softer than that, as the part is written.
  /// How far it is put there, 0 to 1: parts nobody gave a role keep most of their own balance.
  double levelling = 1.0;
  double pan = 0.0;    ///< -1 left to 1 right
  double width = 1.0;  ///< 0 mono, 1 as it came
  double compression_ratio = 1.5;
  std::optional<double> room_db;  ///< The room against the dry sound.
};

/// A strip for every part, from roles, instruments and written velocities alone.
std::vector<Strip> strips_for(const score::Piece& piece);

/// Works on a stereo stem in place. Silence stays silence. The end may grow by the room's decay.
void apply(const Strip& strip, Audio& stem);

/// Adds stems of different lengths in their order, as long as the longest.
Audio mix_of(std::span<const Audio> stems, int sample_rate);

}  // namespace cantus::sound
