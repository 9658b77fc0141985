// Writes players into a piece phrase by phrase, hearing its chords and whoever plays already.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "neural/band/network.h"

namespace cantus::band {

struct Arranging {
  std::vector<rolls::Player> players;  ///< to be written; none of them has notes in the piece
  int style = 0;                       ///< of tokens::styles()
  bool minor = false;
  std::optional<float> valence, arousal;  ///< standard deviations
  std::array<Manner, kPlayers> manners{};
  Rules rules;
  /// Bars, counted from 0, in which a player is silent; asked for every bar.
  std::function<bool(rolls::Player player, int bar)> rests;
  /// The earlier bar whose music a bar takes over, or nothing where it is new.
  std::function<std::optional<int>(int bar)> repeats;
  /// How well a phrase is liked, with whoever plays already: higher is better. Where it is there,
  /// the lots of a section are drawn `draws` times, and the draw whose phrases are liked best on
  /// the whole is played. Only weights with hands are drawn by lot.
  std::function<double(const rolls::Roll& phrase)> liking;
  int draws = 1;
  const std::atomic<bool>* stop = nullptr;
};

/// The players' parts, in their order, without names and programs. `piece` stands in the key
/// without sharps or flats, has a chord track, and is in 4/4, 3/4 or 6/8 throughout; bar 0 is the
/// first whole one, and a pickup stays without the band. Phrases of one section share their noise
/// but for each last bar, sections of one name all of it. Fails with invalid_input where the metre
/// is another, with interrupted when `stop` becomes true.
Result<std::vector<score::Part>> arrange(const BandNet& net,
                                         const score::Piece& piece,
                                         const Arranging& how,
                                         const Random& random);

}  // namespace cantus::band
