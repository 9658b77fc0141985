// How near phrases are to one another, and the nearest of many.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "neural/rolls/roll.h"

namespace cantus::rolls {

/// 1 less the share (Jaccard) of onsets that two phrases have in common among those that either
/// has; an onset is a player, a step and a key number, and of one metre alone. All phrases lie in
/// the key without sharps or flats, so none is transposed. 0: the same onsets; 1: none in common.
/// Two phrases without notes are 0 apart.
double distance(const Roll& a, const Roll& b);

/// Below this two phrases differ in a fill or a few notes.
constexpr double kNearlyIdentical = 0.2;

/// Finds exactly, by counting through the lists of phrases that have each of a phrase's onsets.
class NearestPhrase {
 public:
  /// Keeps its own lists of what it is given; 4 bytes an onset.
  NearestPhrase();

  /// Phrases are numbered from 0 as they are added. `group` may be left out of a search.
  void add(const Roll& roll, std::uint32_t group = 0);

  struct Found {
    std::size_t phrase = 0;
    double distance = 1.0;
  };
  /// The first of the nearest, but for those of `except`; nothing where there is none.
  std::optional<Found> nearest(const Roll& roll,
                               std::optional<std::uint32_t> except = std::nullopt) const;

  std::size_t size() const { return sizes_.size(); }

 private:
  std::vector<std::vector<std::uint32_t>> phrases_with_;  // [onset] ascending
  std::vector<std::uint32_t> sizes_;                      // onsets of a phrase
  std::vector<std::uint32_t> groups_;
  mutable std::vector<std::uint16_t> shared_;  // [phrase], zero between searches
};

/// How phrases of one set lie to each other.
struct Variety {
  double mean_distance = 0.0;     ///< of all pairs
  double nearest_distance = 0.0;  ///< mean distance of a phrase to the nearest other
  double nearly_identical = 0.0;  ///< share of phrases with another that near
};
/// The nearest lie nearer in a larger set: compare sets of one size. Zeros for fewer than two.
Variety variety_of(std::span<const Roll> rolls);

}  // namespace cantus::rolls
