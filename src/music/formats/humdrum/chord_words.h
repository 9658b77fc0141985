// Chord symbols as Humdrum spines write them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "music/score/chord.h"

namespace cantus::formats::humdrum {

/// "C:min7" (**harte), "B- dominant" (**mxhm), "Cm7" (**chord, **jazz); none where it is no chord.
std::optional<score::Chord> read_chord(std::string_view text);

/// "N", "N.C.", "none": silence, as against a symbol that could not be read.
bool is_no_chord(std::string_view text);

}  // namespace cantus::formats::humdrum
