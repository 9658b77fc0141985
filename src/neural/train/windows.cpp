#include "neural/train/windows.h"

#include <algorithm>

#include "base/check.h"

namespace cantus::train {
namespace {

using corpus::IdRange;
using corpus::PackedCorpus;
using corpus::PackedSequence;

/// The last bar of tokens (after, limit], or `after` where none starts there.
std::uint32_t last_bar(std::span<const std::uint16_t> tokens,
                       const IdRange& bars,
                       std::uint32_t after,
                       std::uint32_t limit) {
  for (std::uint32_t i = limit; i > after; --i) {
    if (bars.contains(tokens[i])) return i;
  }
  return after;
}

void add_scoring_windows(std::span<const std::uint16_t> tokens,
                         const PackedSequence& sequence,
                         const IdRange& bars,
                         std::int64_t context,
                         Window window,
                         std::vector<Window>& out) {
  const std::int64_t header = sequence.header_length;
  const auto room = static_cast<std::uint32_t>(std::max<std::int64_t>(context + 1 - header, 2));
  window.from = window.score_from = sequence.header_length;
  window.to = std::min(sequence.length, window.from + room);
  while (true) {
    if (window.to > window.score_from) out.push_back(window);
    if (window.to >= sequence.length) return;
    const std::uint32_t scored = window.to;
    // A bar between a quarter and the middle: at least a quarter of the window is new.
    const std::uint32_t middle = scored - room / 2;
    const std::uint32_t earliest = middle - room / 4;
    const std::uint32_t bar = last_bar(tokens, bars, earliest, middle);
    window.from = bar > earliest ? bar : middle;
    window.score_from = scored;
    window.to = std::min(sequence.length, window.from + room);
  }
}

}  // namespace

std::int64_t positions_of(const PackedSequence& sequence, const Window& window) {
  return std::int64_t{sequence.header_length} + window.to - window.from - 1;
}

void Batch::reset(std::int64_t new_rows, std::int64_t new_context) {
  rows = new_rows;
  context = new_context;
  const auto size = static_cast<std::size_t>(rows * context);
  inputs.assign(size, 0);
  targets.assign(size, kUnscored);
  sequences.assign(size, 0);
  starts.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    starts[i] = static_cast<std::int32_t>(i % static_cast<std::size_t>(context));
  }
  scored = 0;
}

Batch Batch::every(std::int64_t first, std::int64_t step) const {
  Batch share;
  share.context = context;
  const auto add = [&](std::int64_t row, const auto& from, auto& to) {
    const auto begin = from.begin() + row * context;
    to.insert(to.end(), begin, begin + context);
  };
  for (std::int64_t row = first; row < rows; row += step) {
    ++share.rows;
    add(row, inputs, share.inputs);
    add(row, targets, share.targets);
    add(row, starts, share.starts);
    add(row, sequences, share.sequences);
  }
  share.scored = std::ranges::count_if(share.targets, [](auto id) { return id != kUnscored; });
  return share;
}

std::int64_t Batch::lay(const PackedCorpus& corpus,
                        const Window& window,
                        std::int64_t row,
                        std::int64_t position,
                        std::span<const std::uint16_t> turned) {
  const PackedSequence& sequence = corpus.sequences()[window.sequence];
  const auto tokens = corpus.tokens_of(sequence);
  const std::int64_t count = positions_of(sequence, window);
  CANTUS_CHECK(position + count <= context);
  const auto place = [&](std::int64_t i) {  // of the window's i-th token in its sequence
    return static_cast<std::uint32_t>(
        i < sequence.header_length ? i : i - sequence.header_length + window.from);
  };
  const auto id = [&](std::uint32_t at) {
    return std::int32_t{turned.empty() ? tokens[at] : turned[tokens[at]]};
  };
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(row * context + position + i);
    inputs[at] = id(place(i));
    starts[at] = static_cast<std::int32_t>(position);
    sequences[at] = window.sequence;
    if (i + 1 < sequence.header_length || place(i + 1) < window.score_from) continue;
    targets[at] = id(place(i + 1));
    ++scored;
  }
  return position + count;
}

std::vector<std::uint16_t> transposition(const corpus::PackVocabulary& vocabulary, int semitones) {
  std::vector<std::uint16_t> turned(vocabulary.names.size());
  for (std::size_t id = 0; id < turned.size(); ++id)
    turned[id] = static_cast<std::uint16_t>(id);
  for (const IdRange& range : vocabulary.key_numbers) {
    for (std::uint32_t i = 0; i < range.count; ++i) {
      const std::int64_t to = std::int64_t{i} + semitones;
      const bool inside = to >= 0 && to < range.count;
      turned[range.first + i] =
          inside ? static_cast<std::uint16_t>(range.first + to) : kLeavesRange;
    }
  }
  const auto turn = static_cast<std::uint32_t>(((semitones % 12) + 12) % 12);
  for (const IdRange& range : vocabulary.pitch_classes) {
    for (std::uint32_t i = 0; i < range.count; ++i) {
      turned[range.first + i] =
          static_cast<std::uint16_t>(range.first + i / 12 * 12 + (i % 12 + turn) % 12);
    }
  }
  return turned;
}

std::vector<Window> scoring_windows(const PackedCorpus& corpus,
                                    const corpus::PackVocabulary& vocabulary,
                                    corpus::Split split,
                                    std::int64_t context) {
  std::vector<Window> windows;
  const auto sequences = corpus.sequences();
  for (std::uint32_t i = 0; i < sequences.size(); ++i) {
    if (sequences[i].split != split || sequences[i].header_length + 2 > context) continue;
    Window window;
    window.sequence = i;
    add_scoring_windows(corpus.tokens_of(sequences[i]), sequences[i], vocabulary.bars, context,
                        window, windows);
  }
  return windows;
}

std::vector<Window> thin(const std::vector<Window>& windows, std::int64_t tokens) {
  std::int64_t all = 0;
  for (const Window& window : windows)
    all += window.to - window.score_from;
  if (all <= tokens) return windows;
  std::vector<Window> kept;
  double due = 0.0;
  for (const Window& window : windows) {
    due += static_cast<double>(tokens) / static_cast<double>(all);
    if (due < 1.0) continue;
    due -= 1.0;
    kept.push_back(window);
  }
  return kept;
}

std::vector<Batch> lay_out(const PackedCorpus& corpus,
                           std::span<const Window> windows,
                           std::int64_t rows,
                           std::int64_t context) {
  std::vector<Batch> batches;
  std::int64_t row = rows;
  std::int64_t position = 0;
  for (const Window& window : windows) {
    const std::int64_t count = positions_of(corpus.sequences()[window.sequence], window);
    if (row < rows && position + count > context) {
      ++row;
      position = 0;
    }
    if (row >= rows) {
      batches.emplace_back().reset(rows, context);
      row = position = 0;
    }
    position = batches.back().lay(corpus, window, row, position);
  }
  return batches;
}

}  // namespace cantus::train
