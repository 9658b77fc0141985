// Where in a bar the reading stands: divisions of the file turned into exact ticks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "music/score/ticks.h"

namespace cantus::formats::musicxml {

constexpr double kLongestBarBeats = 256;  // 64 whole notes: the longest Metre

/// Counts in the file's divisions, so that rounding never adds up. Files round the notes of a
/// tuplet that their divisions cannot hold; the written note values put those back in place.
class Cursor {
 public:
  void start_bar() {
    file_ = exact_ = 0;
    corrected_ = false;
  }
  /// Divisions of a beat; held to 1/64 to a thousand million.
  void set_divisions(double divisions);

  score::TickLength at() const;
  score::TickLength length_of(double duration) const;

  /// On by `duration` divisions; `written_ticks` is the length by note type, believed where it is
  /// within a division.
  void advance(double duration, std::optional<double> written_ticks = std::nullopt);
  /// False where that would leave the bar's start or be longer than a bar can be.
  bool move(double duration);

 private:
  double ticks_of(double duration) const;

  double divisions_ = 1;
  double file_ = 0;         // divisions from the start of the bar
  double exact_ = 0;        // ticks from the start of the bar
  bool corrected_ = false;  // `exact_` has left what `file_` says
};

}  // namespace cantus::formats::musicxml
