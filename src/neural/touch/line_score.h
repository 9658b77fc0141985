// A pitched part as a player reads it: notes on the grid, and what is known of each from the score.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <vector>

#include "music/score/piece.h"
#include "neural/touch/score_bars.h"

namespace cantus::touch {

struct LineNote {
  score::Tick place;  ///< on the grid of nearest_place (drum_score.h)
  score::TickLength length;
  int key = 60;
};

constexpr int kLineBeats = 16;  ///< Beats before and after a note that it may hang on.
constexpr int kLineFeatures = 107;
using LineFeatures = std::array<float, kLineFeatures>;

/// The notes of one part with the bars they lie in. A note's features hang on its own place, on
/// the part's role and instrument, and on the notes within kLineBeats of it and those next to them,
/// so a change elsewhere changes none of them. Velocities are not among them: they are what a
/// player brings.
class LineScore {
 public:
  /// `part` gives role and program alone; `notes` are its notes, on the grid.
  LineScore(const score::Piece& piece, const score::Part& part, std::vector<LineNote> notes);

  std::span<const LineNote> notes() const { return notes_; }
  LineFeatures features(std::size_t note) const;

  /// Twenty-fourths of a beat from the bar's start: the cell of a per-position average.
  int place_in_bar(std::size_t note) const;
  int bar_of(std::size_t note) const;  ///< counted from 0
  score::Role role() const { return role_; }

 private:
  /// The notes of one place: a range of notes_, by key.
  struct Moment {
    score::Tick place;
    std::size_t first;
    std::size_t last;
    score::Tick end;  ///< when the longest of them ends
  };
  struct Phrase {
    double since = 0.0;  ///< beats from its start, at most kLineBeats
    double until = 0.0;  ///< beats to the onset of its last moment, at most kLineBeats
  };
  int top(std::size_t moment) const { return notes_[moments_[moment].last - 1].key; }
  bool begins_phrase(std::size_t moment) const;
  Phrase phrase_of(std::size_t moment) const;

  score::Role role_;
  int program_;
  std::vector<LineNote> notes_;  // by place, then key
  std::vector<Moment> moments_;
  std::vector<std::size_t> moment_of_;  // by note
  ScoreBars bars_;
  score::TempoMap tempo_;
};

}  // namespace cantus::touch
