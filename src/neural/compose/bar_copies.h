// A bar's chords and notes again in a later bar.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/score/piece.h"
#include "neural/tokens/bar_words.h"

namespace cantus::compose {

/// Bars `from` and `to` of the piece that `words` looks at; `from` is earlier.
struct BarCopy {
  const tokens::BarWords& words;
  int from = 0;
  int to = 0;

  score::TickLength by() const { return words.start(to) - words.start(from); }
};

/// Appends the chords of the bar, cut at the end of the other.
void copy_chords(const BarCopy& bars, std::vector<score::ChordSpan>& chords);

/// Appends the notes that start in the bar, cut at `limit`. One at a time, the note before them
/// ends where they begin.
void copy_notes(const BarCopy& bars,
                score::Tick limit,
                bool one_at_a_time,
                std::vector<score::Note>& notes);

/// Whether the bar has notes and these, copied, would begin after all that sounds so far.
bool starts_free(const BarCopy& bars, const std::vector<score::Note>& notes);

/// Whether the last chord and the last note that would find room in the other bar are the tonic's;
/// a triad, where it is to be `plain`.
bool would_come_home(
    const BarCopy& bars, const score::Piece& piece, std::size_t part, int tonic, bool plain);

}  // namespace cantus::compose
