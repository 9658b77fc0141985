// From a written score to the piece as it is played.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "music/formats/musicxml/warnings.h"
#include "music/formats/musicxml/written_score.h"

namespace cantus::formats::musicxml {

constexpr std::size_t kMostNotes = 2'000'000;  ///< notes and syllables, unfolded

/// Tidied. Where unfolding the repeats makes it longer than a piece can be, they are left as
/// written, with a warning.
Result<score::Piece> assembled(WrittenScore& score, Warnings& warnings);

}  // namespace cantus::formats::musicxml
