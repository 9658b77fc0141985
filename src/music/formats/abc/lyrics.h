// Words under a line of music (w:), syllable by syllable.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "music/formats/abc/music.h"

namespace cantus::formats::abc {

/// Puts the syllables of a w: line on `notes`; what is left over is dropped.
void add_words(Voice& voice, const std::vector<LineNote>& notes, std::string_view words, int verse);

}  // namespace cantus::formats::abc
