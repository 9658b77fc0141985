// Reads MusicXML 1 to 4: plain XML or a zipped .mxl, partwise or timewise, as it is played.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "music/score/reading.h"

namespace cantus::formats::musicxml {

/// One piece: repeats, voltas and jumps unfolded, ties joined, pitches as they sound. The content
/// tells XML from zip. Fails with invalid_input and a sentence where there is no score, where it
/// is larger than a score can be (64 MiB of XML, 20,000 bars, 512 parts, two million notes), or
/// where the container is broken; what can be forgiven is a warning. [any thread]
Result<score::Reading> read(std::string_view bytes);

}  // namespace cantus::formats::musicxml
