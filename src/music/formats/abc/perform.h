// From a tune as written to a piece as it sounds: repeats played out, ties joined, bars counted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "music/formats/abc/tune.h"

namespace cantus::formats::abc {

/// Adds to the tune's warnings. Fails where the repeats unfold to too much music.
Result<score::Piece> perform(Tune& tune);

}  // namespace cantus::formats::abc
