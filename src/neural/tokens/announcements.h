// What is said of a bar before its notes: that it is an earlier bar's, or is made from one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "neural/tokens/bar_words.h"

namespace cantus::tokens {

/// By bar, the word to be said of it, or nothing. Of the words that hold the first of these:
///   again    chords and notes of `melody` are, word for word, those of the bar so many before
///   moved    its notes lie some steps of the scale higher or lower, in the same rhythm
///   shaped   they go up and down as its notes do, in the same rhythm; three or more
///   rhythm   they are struck and last as its notes do
/// Of several bars before the one just named stays in force as long as it holds; else the one that
/// will hold longest, the nearest of equals. Bars without notes are made from none.
std::vector<std::optional<Token>> announcements(const BarWords& words, std::size_t melody);

/// The part that is announced: the first melody, if there is one.
std::optional<std::size_t> announced_part(const score::Piece& piece);

/// A step of the scale for every letter, of which a note may be altered; from key number 0.
int scale_step(int key, score::PitchClass tonic);

}  // namespace cantus::tokens
