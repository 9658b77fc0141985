// Writes pieces as ABC 2.1 that other programs read: a tune, or a book of tunes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::formats::abc {

/// One tune, X:1. Parts become voices, notes that overlap in a part overlays (&), notes across bar
/// lines and chord changes ties. Read back it has the same onsets, lengths, pitches, chords, keys
/// and metres where all lie on the 96th part of a beat or on quintuplets, septuplets and nonuplets;
/// other times move to the nearest 32nd part of a beat. Velocities are written where they are those
/// of dynamic marks. Fails with unsupported where a piece is too large for a tune (see read.h) or
/// has more than 64 parts, and with invalid_input where notes start before the piece.
Result<std::string> write(const score::Piece& piece);

/// A tune book, numbered X:1, X:2, ...
Result<std::string> write(std::span<const score::Piece> pieces);

}  // namespace cantus::formats::abc
