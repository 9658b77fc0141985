// Reads Humdrum **kern: scores written as spines of text, one line a moment.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "music/score/reading.h"

namespace cantus::formats::humdrum {

/// The pieces of a file (UTF-8 or Latin-1): one, or one a `!!!!SEGMENT`. Spines of one *part become
/// one part, the top staff first; **text is lyrics, **dynam is velocity, chord spines are the chord
/// track. Repeats are played: the default expansion list (`*>[A,A,B]`), or the repeat barlines
/// where there is no list. Pitches are taken as sounding, which is what **kern writes (*ITr is for
/// print). Fails with invalid_input ("line 57, spine 3: ...") where no piece could be read.
Result<score::Reading> read(std::string_view bytes);

}  // namespace cantus::formats::humdrum
