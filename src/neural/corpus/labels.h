// Chord and form annotations of recorded songs, read as pieces without notes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::corpus {

/// A McGill Billboard annotation (Burgoyne, Wild and Fujinaga 2011): chords by bar, named sections,
/// metre and tonic. Bars of irregular length become metre changes.
Result<score::Piece> read_billboard(std::string_view text);

/// POP909 phrases (Dai, Zhang and Dannenberg 2020): `chords` is finalized_chord.txt, `form` is
/// human_label1.txt ("i4A4B8..."), `key` is analyzed_key.txt. Four beats a bar.
Result<score::Piece> read_phrase_labels(std::string_view chords,
                                        std::string_view form,
                                        std::string_view key,
                                        double bpm);

/// "B:maj7/3", "Eb:min", "A:hdim7", "N" in Harte's syntax (2005); nothing for N and X.
std::optional<score::Chord> chord_from_harte(std::string_view text);

}  // namespace cantus::corpus
