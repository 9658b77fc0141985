// Writes a piece as MusicXML 4.0 (partwise), plain or zipped, for notation programs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::formats::musicxml {

/// The same text for the same piece. Onsets and lengths are exact where a beat is divided into
/// 32nds, 48ths (triplets), 40ths (quintuplets) or 28ths (septuplets) of itself; a beat of a part
/// that mixes others is moved, silently, to the nearest 24th of a beat. Harmony, keys, tempo and
/// metre stay exact. Fails with unsupported for more than 20,000 bars or 64 MiB of text.
Result<std::string> write(const score::Piece& piece);

/// The same in a zip: an .mxl file.
Result<std::string> write_mxl(const score::Piece& piece);

}  // namespace cantus::formats::musicxml
