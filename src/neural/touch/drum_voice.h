// Which of a drummer's voices a General MIDI drum is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cantus::touch {

enum class DrumVoice : std::uint8_t {
  kick,
  snare,
  side_stick,  ///< and the hand clap
  closed_hat,
  open_hat,
  low_tom,
  high_tom,
  crash,
  ride,
  other
};
constexpr int kDrumVoices = 10;

/// By key number, those of the Roland TD-11 that are not General MIDI (22, 26, 58) included.
DrumVoice drum_voice(int key);

/// Voices that answer each other in a groove.
enum class DrumGroup : std::uint8_t { kick, snare, time_keeper, accent };
constexpr int kDrumGroups = 4;
DrumGroup drum_group(DrumVoice voice);

}  // namespace cantus::touch
