// Makes a piece of a score whose repeats are laid out: parts, ties joined, lyrics, sections.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "music/formats/humdrum/written.h"
#include "music/score/piece.h"

namespace cantus::formats::humdrum {

score::Piece assembled(const Written& heard, Warnings& warnings);

}  // namespace cantus::formats::humdrum
