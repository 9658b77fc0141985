// Rows of tokens for the network: windows of sequences, each with its sequence's header in front.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/packed/catalogue.h"
#include "neural/packed/packed.h"

namespace cantus::train {

constexpr std::int32_t kUnscored = -1;  ///< a target that does not count

/// A part of a sequence: its header, then its tokens [from, to). Where `from` is header_length this
/// is the sequence's own beginning.
struct Window {
  std::uint32_t sequence = 0;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t score_from = 0;  ///< only tokens from here count

  bool operator==(const Window&) const = default;
};

/// Positions a window takes in a row: all its tokens but the last, which is only a target.
std::int64_t positions_of(const corpus::PackedSequence& sequence, const Window& window);

/// Rows of `context` positions. A row holds one or more windows; a position sees only its own.
struct Batch {
  std::int64_t rows = 0;
  std::int64_t context = 0;
  std::vector<std::int32_t> inputs;      ///< [row, position] ids
  std::vector<std::int32_t> targets;     ///< [row, position] the next id, or kUnscored
  std::vector<std::int32_t> starts;      ///< [row, position] its window's first position in the row
  std::vector<std::uint32_t> sequences;  ///< [row, position] index of its sequence
  std::int64_t scored = 0;               ///< targets that count

  /// Empties the rows: every position a window of its own that is not scored.
  void reset(std::int64_t new_rows, std::int64_t new_context);

  /// Rows first, first + step, …; `scored` counts theirs alone.
  Batch every(std::int64_t first, std::int64_t step) const;

  /// Lays a window from `position` of `row` on; it must fit. `turned` maps ids (transposition()),
  /// empty for none. Returns the position after it.
  std::int64_t lay(const corpus::PackedCorpus& corpus,
                   const Window& window,
                   std::int64_t row,
                   std::int64_t position,
                   std::span<const std::uint16_t> turned = {});
};

/// For each id what it becomes `semitones` higher. An id that would leave its range becomes
/// kLeavesRange.
std::vector<std::uint16_t> transposition(const corpus::PackVocabulary& vocabulary, int semitones);
constexpr std::uint16_t kLeavesRange = 0xFFFF;

/// Every token after a header of the split's sequences is scored in exactly one of these. A window
/// after a sequence's first begins at a bar about half a context before what it scores.
std::vector<Window> scoring_windows(const corpus::PackedCorpus& corpus,
                                    const corpus::PackVocabulary& vocabulary,
                                    corpus::Split split,
                                    std::int64_t context);

/// Windows with about `tokens` scored tokens, spread evenly over those given.
std::vector<Window> thin(const std::vector<Window>& windows, std::int64_t tokens);

/// Batches of at most `rows` rows that hold the windows in order.
std::vector<Batch> lay_out(const corpus::PackedCorpus& corpus,
                           std::span<const Window> windows,
                           std::int64_t rows,
                           std::int64_t context);

}  // namespace cantus::train
