// What each bar of a piece sounds like, in numbers that can be compared.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "music/score/piece.h"

namespace cantus::theory {

constexpr int kBarSteps = 16;

struct BarPicture {
  score::Tick start;
  /// Beats of sound of each pitch class in each eighth of the bar: [step / 2][pitch class].
  std::array<std::array<double, 12>, kBarSteps / 2> notes = {};
  /// Pitched onsets and drum strokes in each sixteenth of the bar.
  std::array<double, kBarSteps> rhythm = {};
  double notes_norm = 0.0;
  double rhythm_norm = 0.0;

  bool silent() const { return rhythm_norm == 0.0 && notes_norm == 0.0; }
};

/// One for each bar that starts before the piece's end, the pickup too.
std::vector<BarPicture> bar_pictures(const score::Piece& piece);

/// 0 for nothing in common to 1 for the same, `b` being heard `up` semitones (0 to 11) higher.
double likeness(const BarPicture& a, const BarPicture& b, int up = 0);

}  // namespace cantus::theory
