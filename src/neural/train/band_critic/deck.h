// Deals what the band's critic learns from: people's phrases, programs' and spoiled ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/random.h"
#include "neural/train/band_critic/music.h"
#include "neural/train/band_critic/spoil.h"

namespace cantus::band_critic {

struct DealSettings {
  double human = 0.30;  ///< shares; the rest is spoiled
  double composed = 0.30;
  double sequence = 0.1;  ///< of the composed ones, where there are some
  double thinned = 0.1;   ///< of the marks, which are not told
};

/// A phrase with what an ear should say of it; its roll may be empty.
struct Card {
  MarkedPhrase marks;
  Spoiled truth;
};

class Deck {
 public:
  /// The examples of one side of the split; `examples` outlives the deck.
  Deck(std::span<const Example> examples, rolls::Split split, std::uint64_t seed);

  bool complete() const;  ///< people's and the band's are there
  std::vector<Card> deal(int count, const DealSettings& settings);

 private:
  Card card(const DealSettings& settings);
  Spoiled spoiled(const rolls::Roll& roll);

  std::array<std::vector<const rolls::Roll*>, 3> piles_;  ///< people, band, sequence
  Random random_;
};

}  // namespace cantus::band_critic
