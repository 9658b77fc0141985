// A room: eight delay lines that feed each other, stereo in and out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sound/audio/audio.h"

namespace cantus::sound {

struct Room {
  double decay_seconds = 1.7;         ///< Until low frequencies are 60 dB down.
  double bright_decay_seconds = 0.6;  ///< The same near half the sample rate.
  double delay_ms = 18.0;             ///< Before the first sound of the room.
  double low_cut_hz = 180.0;          ///< The room does not boom.
};

/// Adds the room's answer to a stereo sound, about `gain` times as strong, and lengthens the sound
/// until the answer has died away. Linear, and the same every time: the rooms of stems add up to
/// the room of their sum.
void add_room(Audio& audio, const Room& room, double gain);

}  // namespace cantus::sound
