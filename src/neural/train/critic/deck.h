// Deals what the critic learns from: people's pieces, composed ones and spoiled ones, in the same
// proportions within every kind.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "neural/train/critic/batch.h"
#include "neural/train/critic/music.h"

namespace cantus::critic {

struct DealSettings {
  double human = 0.30;  ///< shares; the rest is spoiled
  double composed = 0.25;
  double cropped = 0.3;     ///< of all: 16 to 32 bars from somewhere
  double chordless = 0.15;  ///< of those with chords
  double thinned = 0.1;     ///< of the marks, which are not told
};

class Deck {
 public:
  /// The examples of one side of the split; `examples` outlives the deck.
  Deck(std::span<const Example> examples, corpus::Split split, std::uint64_t seed);

  bool complete() const;  ///< people and composed ones of some kind are there
  std::vector<Heard> deal(int count, const DealSettings& settings);

 private:
  using Pile = std::vector<const Example*>;
  const Pile& pile(Kind kind, bool human) const {
    return piles_[static_cast<std::size_t>(kind)][human ? 1 : 0];
  }
  Heard card(const DealSettings& settings);
  Spoiled spoiled(const Sheet& sheet);

  std::array<std::array<Pile, 2>, kKinds> piles_;
  Random random_;
};

/// A composed sheet: spoiled as a whole everywhere, open in its aspects.
Spoiled as_composed(const Sheet& sheet);

}  // namespace cantus::critic
