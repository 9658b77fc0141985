// A piece as it is played: every note with the frame it starts at, the frame it is let go at and
// how hard it is struck. Ticks end here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "music/score/piece.h"

namespace cantus::sound {

struct PerformedNote {
  std::int64_t onset_frame;
  std::int64_t release_frame;  ///< Later than the onset.
  int key;
  int velocity;  ///< 1 to 127

  friend bool operator==(const PerformedNote&, const PerformedNote&) = default;
};

struct PerformedPart {
  std::string name;
  score::Role role = score::Role::other;
  int program = 0;  ///< General MIDI; for drums the kit.
  /// By onset, then key. No key sounds twice at once: a note is let go before its key returns.
  std::vector<PerformedNote> notes;

  friend bool operator==(const PerformedPart&, const PerformedPart&) = default;
};

struct Performance {
  int sample_rate = 44100;
  std::int64_t end_frame = 0;        ///< Where the written music ends; sound rings on after it.
  std::vector<PerformedPart> parts;  ///< As in the piece.
};

}  // namespace cantus::sound
