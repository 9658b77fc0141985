// Plays the repeats: a written score as it is heard from first bar to last.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/formats/humdrum/written.h"

namespace cantus::formats::humdrum {

/// The indices of `written.segments` in the order of playing: by the expansion list, or by the
/// repeat barlines. As written, with a warning, where a repeat would make the piece too long.
std::vector<int> playing_order(const Written& written, Warnings& warnings);

/// The same score with its segments laid out in `order`, each played once.
Written unfolded(const Written& written, const std::vector<int>& order);

}  // namespace cantus::formats::humdrum
