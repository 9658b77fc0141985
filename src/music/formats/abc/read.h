// Reads ABC 2.1 and the habits around it: a tune, or a book of tunes, with its repeats played out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "music/score/reading.h"

namespace cantus::formats::abc {

/// A piece for each tune in the order of the file; UTF-8 or Latin-1. A tune that cannot be read is
/// a line in `failures`, unless it is the only one: then, and where there is no tune, it fails with
/// invalid_input. Repeats, endings and the order in P: are unfolded; a tune that unfolds to more
/// than half a million notes is a failure. Sections are the strains between repeat signs ("A", "A",
/// "B", "B") or carry the names of P: labels. Decorations other than dynamics are ignored.
Result<score::Reading> read(std::string_view bytes);

}  // namespace cantus::formats::abc
