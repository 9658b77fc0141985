// How much the melodies of a collection repeat: of training pieces, held-out ones, and those with
// their bars shuffled.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"
#include "neural/corpus/source.h"

namespace cantus::corpus {

/// The figures of theory::Repetition, in one order, and how long the pieces are: a longer piece has
/// more to repeat.
constexpr int kRepetitionFigures = 10;
constexpr std::array<std::string_view, kRepetitionFigures> kRepetitionNames = {
    "3-8 s",     "8-15 s",      "15 s on", "2 bars",          "4 bars",
    "8 bars on", "compression", "bars",    "rhythms of bars", "bars in all"};

/// The mean over pieces, with the interval that holds 95 % of the means of 1,000 resamplings
/// (bootstrap; Efron 1979).
struct Measured {
  std::size_t pieces = 0;
  double mean = 0.0;
  double low = 0.0;
  double high = 0.0;
};

struct RepetitionRow {
  std::string source;
  std::string pieces;  ///< "training", "held out", "held out, shuffled"; "all" of a folder
  std::array<Measured, kRepetitionFigures> figures;
};

struct RepetitionSettings {
  std::size_t most_pieces = 300;  ///< of a row, drawn by name where there are more
  int fewest_bars = 16;           ///< shorter melodies are left out
  int most_bars = 128;            ///< and longer ones
  std::uint64_t seed = 1;         ///< of drawing, shuffling, resampling
};

/// Measures what a model is shown of each piece as a melody (views.h: lead or melody). The split is
/// the pack's, where `sources` come in the pack's order. Fails as read_source does.
Result<std::vector<RepetitionRow>> measure_repetition(
    std::span<const Source> sources,
    const std::filesystem::path& data,
    const RepetitionSettings& settings,
    const std::function<void(const std::string&)>& said = {},
    const std::atomic<bool>* stop = nullptr);

/// The same notes with the whole bars of the first metre in another order.
score::Piece bars_shuffled(score::Piece piece, std::uint64_t seed);

/// Mean and bootstrap interval; zeros for no values.
Measured measured(std::span<const double> values, std::uint64_t seed);

}  // namespace cantus::corpus
