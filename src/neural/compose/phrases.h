// Where the sections and phrases of a piece end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/score/piece.h"

namespace cantus::compose {

class Phrases {
 public:
  /// Of a piece that is written up to `until`; `ends` if nothing may reach into its last bar.
  Phrases(const score::Piece& piece,
          std::vector<score::Section> sections,
          score::Tick until,
          bool ends);

  /// Where at the latest a note ends that starts in the bar that starts at `start`.
  score::Tick section_end(score::Tick start) const;

  /// Whether a phrase ends with the bar: every fourth of a section, and its last.
  bool ends_phrase(score::Tick start) const;

 private:
  score::MetreMap metre_;
  score::Tick end_;
  std::vector<score::Section> sections_;
  std::vector<score::Tick> bars_;  // starts of all bars
  score::Tick until_;
  bool ends_;
};

}  // namespace cantus::compose
