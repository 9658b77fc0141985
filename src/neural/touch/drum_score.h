// A drum part as a drummer reads it: hits on the grid, and what is known of each from the score.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <vector>

#include "music/score/piece.h"
#include "neural/touch/drum_voice.h"
#include "neural/touch/score_bars.h"

namespace cantus::touch {

struct Hit {
  score::Tick place;  ///< on the grid
  int key = 36;
  int velocity = score::kDefaultVelocity;  ///< 1 to 127, as written
};

/// The nearest place of sixteenths and eighth triplets.
score::Tick nearest_place(score::Tick played);

constexpr int kReach = 8;        ///< Sixteenths before and after a hit that it may hang on.
constexpr int kStyleSlots = 24;  ///< Styles by number; 0 says nothing.
constexpr int kFeatures = 149;
using Features = std::array<float, kFeatures>;

/// What of the score the drummer is told beside the pattern.
struct Told {
  int style = 0;          ///< 0 to kStyleSlots - 1
  bool dynamics = false;  ///< the written velocities, in bands of 16
};

/// The hits of one part with the bars they lie in. A hit's features hang on its own place and on
/// the hits within two beats of it, so a change elsewhere changes none of them.
class DrumScore {
 public:
  DrumScore(const score::Piece& piece, std::vector<Hit> hits);

  std::span<const Hit> hits() const { return hits_; }
  Features features(std::size_t hit, Told told) const;

  /// Twenty-fourths of a beat from the bar's start: the cell of a per-position average.
  int place_in_bar(std::size_t hit) const;

 private:
  std::vector<Hit> hits_;  // by place, then key
  ScoreBars bars_;
  score::TempoMap tempo_;
};

}  // namespace cantus::touch
