// How much of a piece comes again, at which lengths, and how well its melody can be told in less.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "music/score/piece.h"

namespace cantus::theory {

/// Structureness at three lengths: the fitness (0 to 1) of the stretch of music that best explains
/// the piece by its returns, among stretches of such a length. Empty where the piece is too short
/// to hold two of them.
struct Structureness {
  std::optional<double> short_term;
  std::optional<double> middle_term;
  std::optional<double> long_term;
};

/// A figure is empty where there is nothing to measure.
struct Repetition {
  /// As in MusDr (Wu and Yang, ISMIR 2020): stretches of 3 to 8, 8 to 15, and 15 seconds or more.
  Structureness by_seconds;
  /// The same whatever the tempo: 1.5 to 3 bars, 3 to 6, and 6 or more.
  Structureness by_bars;
  /// Of the leading line: its steps (interval and time to the next note, so transposition changes
  /// nothing) over what Lempel and Ziv's factors of 1977 need, a new step costing 1 and a copy of
  /// an earlier run 2 (where from, how long). 1 repeats nothing.
  std::optional<double> compression;
  /// Share of the leading line's bars of three notes or more that were heard before: note for note,
  /// and in rhythm.
  std::optional<double> bars_returning;
  std::optional<double> rhythms_returning;
};

Repetition repetition_of(const score::Piece& piece);

/// Similarity of each frame to each other, [frame, frame], symmetric, 1 on the diagonal.
class SelfSimilarity {
 public:
  /// Frames of a beat, of several where the piece is over kMostFrames beats long. Pitch classes by
  /// length of sound and onsets by place in the beat weigh the same. What is less than 0.7 alike
  /// counts as -1; the rest is stretched to 0 to 1.
  explicit SelfSimilarity(const score::Piece& piece);

  static constexpr int kMostFrames = 400;
  int frames() const { return frames_; }
  score::TickLength frame_length() const { return frame_length_; }
  double at(int row, int column) const {
    return values_[static_cast<std::size_t>(row) * static_cast<std::size_t>(frames_) +
                   static_cast<std::size_t>(column)];
  }

 private:
  int frames_ = 0;
  score::TickLength frame_length_;
  std::vector<double> values_;
};

/// The best fitness of stretches of each length, by frames: [0] is 0, [n] of stretches of n frames.
/// Mueller, Grosche and Jiang, "A segment-based fitness measure for capturing repetitive structures
/// of music recordings" (ISMIR 2011); as written music keeps its tempo, a return is a diagonal.
std::vector<double> best_fitness_by_length(const SelfSimilarity& similarity);

/// Symbols over the cost of their factors, as for Repetition::compression; empty for fewer than 2.
std::optional<double> compression_of(std::span<const std::int64_t> symbols);

}  // namespace cantus::theory
