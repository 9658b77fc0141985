// Reads Standard MIDI Files, formats 0, 1 and 2, also in a RIFF wrapper (RMID) and as karaoke.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "music/score/reading.h"

namespace cantus::formats::midi {

/// One piece, or one for each track of a format 2 file. Fails with invalid_input only where there
/// is no header or no track; a file cut short gives what came before the cut, with a warning.
///
/// A part is what one track plays on one channel; where a channel changes to an instrument of
/// another General MIDI family it is one part for each family. Texts that write() left (texts.h)
/// give back what MIDI has no event for. Controllers (pedal, volume, bend) are not kept. Music
/// beyond kLongestPiece (clock.h) is dropped with a warning.
Result<score::Reading> read(std::string_view bytes);

}  // namespace cantus::formats::midi
