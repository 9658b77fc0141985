// What a set of phrases looks like in numbers: MuseGAN's table and a few more, with intervals.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "neural/rolls/roll.h"

namespace cantus::rolls {

/// Dong, Hsiao, Yang and Yang, "MuseGAN" (AAAI 2018), section "Objective metrics", first. Pitch
/// classes are counted over octaves here (its released code folds neighbouring semitones instead).
///
///   EB   share of bars in which a player does not sound; the other figures skip such bars
///   UPC  pitch classes that sound in a bar
///   QN   share of notes at least 3 of 96 steps of a 4/4 bar long: 2 steps of ours
///   DP   drum onsets on sixteenths, those a step beside one counting 0.1, as its code has it
///   TD   tonal distance (music/theory/tonal_space.h) of two players' chromas, over the beats in
///        which both sound
///   notes       struck in a bar
///   polyphony   keys that sound at once, over the steps in which any does
///   drums on eighths   share of drum onsets
///   in chord    share of the pitched players' sounding time in the chord of its half bar, over the
///               half bars that have one; "or scale": in it or in the scale without sharps or flats
///   groove      consistency (MusPy): 1 less the share of steps by which the onsets of a bar and
///   the
///               next differ
constexpr int kPitched = kPlayers - 1;
constexpr int kPairs = kPitched * (kPitched - 1) / 2;
constexpr int kFigures = kPlayers + kPitched + kPitched + 1 + kPairs + kPlayers + kPitched + 4;
using FigureNames = std::array<std::string, kFigures>;
const FigureNames& figure_names();

/// The first are those of MuseGAN's table: EB, UPC, QN, DP and TD of every player and pair.
constexpr int kMuseGanFigures = kPlayers + kPitched + kPitched + 1 + kPairs;

/// Every figure is a sum over a sum: of bars, of notes, of beats.
struct Ratio {
  double sum = 0.0;
  double count = 0.0;
};
using Ratios = std::array<Ratio, kFigures>;
Ratios ratios_of(const Roll& roll);

struct Figure {
  double value = 0.0;
  double low = 0.0;    ///< The interval holds 95 % of the figures of 1,000 resamplings of the
  double high = 0.0;   ///< pieces (bootstrap; Efron 1979).
  bool known = false;  ///< false where there was nothing to measure
};
using Figures = std::array<Figure, kFigures>;

/// Adds up phrases, piece by piece.
class Statistics {
 public:
  /// Phrases of one piece have one number; generated phrases one each.
  void add(const Roll& roll, std::uint32_t piece);
  Figures figures(std::uint64_t seed = 1) const;
  std::size_t phrases() const { return phrases_; }
  std::size_t pieces() const { return pieces_.size(); }

 private:
  std::map<std::uint32_t, Ratios> pieces_;
  std::size_t phrases_ = 0;
};

/// Every roll a piece of its own.
Figures figures_of(std::span<const Roll> rolls);

/// As many phrases with the same players, each player's notes from another phrase of the metre and
/// with its bars in another order: each player's own figures stay (notes held over bars aside),
/// what they have to do with one another goes.
std::vector<Roll> shuffled(std::span<const Roll> rolls, std::uint64_t seed);

}  // namespace cantus::rolls
