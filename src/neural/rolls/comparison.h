// Sets of phrases side by side: generated, training, held-out and shuffled ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neural/rolls/likeness.h"
#include "neural/rolls/nearness.h"
#include "neural/rolls/phrase.h"
#include "neural/rolls/statistics.h"

namespace cantus::rolls {

/// The rolls belong to somebody else, who outlives this.
struct PhrasesToCompare {
  std::string title;
  std::vector<const Roll*> rolls;
  std::vector<std::uint32_t> pieces;  ///< of each roll: phrases of one piece share a number
  /// Of each roll the piece that it was made for the conditions of; empty for people's.
  std::vector<std::uint32_t> asked;
};
PhrasesToCompare to_compare(std::string title, std::span<const Phrase> phrases, Split split);
/// Each a piece of its own.
PhrasesToCompare to_compare(std::string title, std::span<const Roll> rolls);

struct ComparisonSettings {
  std::size_t most_searched =
      1000;                       ///< phrases of a set whose nearest training phrase is looked for
  std::size_t most_varied = 300;  ///< pieces that variety is measured on, one phrase of each
  std::uint64_t seed = 1;         ///< of draws and resampling
};

struct Column {
  std::string title;
  std::size_t phrases = 0;
  std::size_t pieces = 0;
  Figures figures{};
  Variety variety;  ///< of as many pieces as every set has
  /// Distances to the nearest training phrase of another piece; of phrases that were asked for, the
  /// piece is the one whose conditions they have.
  std::vector<Apart> apart;
  Figure nearest;            ///< their mean
  double nearest_low = 0.0;  ///< which 5 % are below
  double copied = 0.0;       ///< share of phrases nearly identical to one
};

/// A column for each set. Two sets with one piece number must not be one piece, unless both are the
/// training set.
std::vector<Column> compare(const PhrasesToCompare& training,
                            std::span<const PhrasesToCompare> sets,
                            const ComparisonSettings& settings = {});

/// |value - reference| / |reference|; nothing where either is unknown.
std::optional<double> off_by(const Figure& value, const Figure& reference);

/// BENCHMARKS' word: as near to the training music as held-out music and its interval are.
bool is_matched(const Figure& value, const Figure& training, const Figure& held_out);

/// Markdown: a row a figure with its intervals. Where `generated` is given, what it is off by the
/// training column and whether it is matched follow.
std::string table_of(const Column* generated,
                     const Column& training,
                     const Column& held_out,
                     const Column& shuffled);

/// A sentence: how far the nearest training phrases of each are, by how much they differ, and
/// whether that is a difference at all (its interval does not hold 0). Empty where one has none.
std::string nearness_of(const Column& generated, const Column& others);

/// How many of MuseGAN's figures lie within `share` of the training column's, and how many are
/// known.
struct Reached {
  int within = 0;
  int known = 0;
};
Reached reached(const Figures& generated, const Figures& training, double share = 0.1);

}  // namespace cantus::rolls
