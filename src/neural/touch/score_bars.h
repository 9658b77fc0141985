// Where the notes of a score stand in its bars, as a player of it counts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "music/score/piece.h"

namespace cantus::touch {

constexpr std::int64_t kStep = score::kTicksPerBeat / 24;  ///< ticks: of the grid that is played
constexpr std::int64_t kSixteenth = 6 * kStep;             ///< ticks
/// Steps of a beat on which notes stand: its sixteenths and eighth triplets.
constexpr std::array<std::int64_t, 6> kPlaces = {0, 6, 8, 12, 16, 18};

/// Of notes or hits, in any order; the start of the piece where there are none.
template <class Note>
score::Tick last_place(const std::vector<Note>& notes) {
  score::Tick last;
  for (const Note& note : notes)
    last = std::max(last, note.place);
  return last;
}

class ScoreBars {
 public:
  /// Bars to the piece's end or beyond `last`, one at least.
  ScoreBars(const score::Piece& piece, score::Tick last);

  struct Bar {
    score::Tick start;
    score::Metre metre;
  };
  /// Counted from 0; what stands before the first bar is in it.
  std::size_t number_at(score::Tick at) const;
  const Bar& operator[](std::size_t number) const { return bars_[number]; }
  /// Steps from the start of its bar.
  int place_in_bar(score::Tick at) const;
  /// Which of kPlaces it is in its beat, or kPlaces.size() for none.
  std::ptrdiff_t place_in_beat(score::Tick at) const;

 private:
  std::vector<Bar> bars_;
};

}  // namespace cantus::touch
