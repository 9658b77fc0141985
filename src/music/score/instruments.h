// General MIDI: the names of programs and drums, and words for pitches and ranges.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "music/score/pitch.h"

namespace cantus::score {

/// "Acoustic Grand Piano" for 0; programs are 0 to 127.
std::string_view program_name(int program);

/// "Acoustic Bass Drum" for 35; drums are 27 to 87, empty elsewhere.
std::string_view drum_name(int key);

/// A number from 0 to 127, a General MIDI name or a part of one ("flute", "nylon"): the first that
/// begins with it, else the first that has it.
Result<int> program_from_text(std::string_view text);

/// "C4" is 60, "F#3", "Bb-1" is 10; or a key number.
Result<Pitch> pitch_from_text(std::string_view text);

/// "C4-C6": lowest and highest.
Result<std::pair<Pitch, Pitch>> pitch_range_from_text(std::string_view text);

}  // namespace cantus::score
