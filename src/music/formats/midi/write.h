// Writes Standard MIDI Files of format 1.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::formats::midi {

/// The bytes of a file whose first track holds what is true of the whole piece, and each other
/// track one part. Fails with invalid_input where something lies before the start or after
/// kLongestPiece (clock.h), or a key has more than seven accidentals.
///
/// read() gives the same piece back: what MIDI has no event for stands in texts (texts.h). Lost are
/// spellings and voices; grace notes become short notes before their beat; texts lose control
/// characters and spaces at their ends; a syllable's own last hyphen joins it to the next; a tempo
/// of a file is whole microseconds, ours is exact.
///
/// The division is the smallest of 480, 1440, 3360 and 10,080 ticks a beat that is exact. Drums are
/// on channel 10, kits after the first on further ports (FF 21). More than 15 other parts share
/// channels with parts of the same program; more than 15 programs take further ports.
Result<std::string> write(const score::Piece& piece);

}  // namespace cantus::formats::midi
