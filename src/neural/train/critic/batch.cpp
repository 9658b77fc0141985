#include "neural/train/critic/batch.h"

#include <algorithm>
#include <map>

namespace cantus::critic {
namespace {

struct Places {
  std::int64_t note = 0;
  std::int64_t bar = 0;
  std::int64_t phrase = 0;
  std::int64_t section = 0;
};

void add_marks(const Marks& marks, Rows& ids, Rows& first) {
  for (std::size_t i = 0; i < marks.size(); ++i) {
    first.push_back(static_cast<std::int64_t>(ids.size()));
    for (auto m = marks.first[i]; m < marks.first[i + 1]; ++m)
      ids.push_back(marks.ids[static_cast<std::size_t>(m)]);
  }
}

void add_neighbours(std::int64_t first, std::int64_t count, Rows& before, Rows& after) {
  for (std::int64_t i = 0; i < count; ++i) {
    before.push_back(i == 0 ? -1 : first + i - 1);
    after.push_back(i + 1 == count ? -1 : first + i + 1);
  }
}

template <std::size_t kParts>
void add_joined(std::int64_t first,
                std::int64_t rows_before,
                std::int64_t rows,
                std::int64_t apart,
                std::array<Rows, kParts>& to) {
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < kParts; ++k)
      to[k].push_back(first + std::min(i + static_cast<std::int64_t>(k) * apart, rows_before - 1));
  }
}

void add_truths(const Heard& sheet, std::int64_t piece, int bars, int window, Windows& to) {
  const int count = windows_of(bars, window);
  for (int i = 0; i < count; ++i) {
    to.piece.push_back(piece);
    for (int a = 0; a < kAspects; ++a) {
      const Truth truth = truth_of(sheet.truth, i, window, a);
      to.label.push_back(truth == Truth::good ? 1.0F : 0.0F);
      to.weight.push_back(truth == Truth::open ? 0.0F : sheet.weight);
    }
  }
}

void add_whole(const Heard& sheet, std::int64_t piece, Windows& to) {
  to.piece.push_back(piece);
  for (std::size_t a = 0; a < kAspects; ++a) {
    const Truth truth = sheet.truth.whole[a];
    to.label.push_back(truth == Truth::good ? 1.0F : 0.0F);
    to.weight.push_back(truth == Truth::open ? 0.0F : sheet.weight);
  }
}

/// Good and spoiled weigh one half each in every aspect.
void balance(Windows& windows) {
  for (std::size_t a = 0; a < kAspects; ++a) {
    std::array<float, 2> sums{};
    for (std::size_t i = a; i < windows.label.size(); i += kAspects)
      sums[windows.label[i] > 0.5F ? 1 : 0] += windows.weight[i];
    for (std::size_t i = a; i < windows.label.size(); i += kAspects)
      windows.weight[i] *= 0.5F / std::max(1e-6F, sums[windows.label[i] > 0.5F ? 1 : 0]);
  }
}

}  // namespace

Truth truth_of(const Spoiled& truth, int first_bar, int bars, int aspect) {
  const auto a = static_cast<std::size_t>(aspect);
  bool open = false;
  const int end = std::min(first_bar + bars, static_cast<int>(truth.bars.size()));
  for (int b = first_bar; b < end; ++b) {
    const Truth bar = truth.bars[static_cast<std::size_t>(b)][a];
    if (bar == Truth::spoiled) return bar;
    open = open || bar == Truth::open;
  }
  return open ? Truth::open : Truth::good;
}

Batch batch_of(const std::vector<Heard>& sheets) {
  Batch batch;
  Places at;
  std::vector<std::vector<std::int64_t>> notes_of;
  for (const Heard& sheet : sheets) {
    const MarkedSheet& marks = sheet.marks;
    const auto bars = static_cast<int>(marks.bars.size());
    const auto notes = static_cast<std::int64_t>(marks.notes.size());
    add_marks(marks.notes, batch.note_ids, batch.note_first);
    add_marks(marks.bars, batch.bar_ids, batch.bar_first);
    add_neighbours(at.note, notes, batch.note_before, batch.note_after);
    add_neighbours(at.bar, bars, batch.bar_before, batch.bar_after);
    notes_of.resize(static_cast<std::size_t>(at.bar + bars));
    for (std::int64_t i = 0; i < notes; ++i)
      notes_of[static_cast<std::size_t>(at.bar + marks.bar[static_cast<std::size_t>(i)])].push_back(
          at.note + i);
    const int phrases = windows_of(bars, kPhraseBars);
    const int sections = windows_of(bars, kSectionBars);
    const int longer = windows_of(bars, kLongSectionBars);
    add_joined(at.bar, bars, phrases, 1, batch.phrase_bars);
    add_joined(at.phrase, phrases, sections, 4, batch.section_phrases);
    add_joined(at.section, sections, longer, 8, batch.long_sections);
    add_truths(sheet, batch.pieces, bars, kPhraseBars, batch.windows[0]);
    add_truths(sheet, batch.pieces, bars, kSectionBars, batch.windows[1]);
    add_truths(sheet, batch.pieces, bars, kLongSectionBars, batch.windows[2]);
    add_whole(sheet, batch.pieces, batch.windows[3]);
    at.note += notes;
    at.bar += bars;
    at.phrase += phrases;
    at.section += sections;
    ++batch.pieces;
  }
  for (const auto& notes : notes_of)
    batch.most_notes = std::max(batch.most_notes, static_cast<std::int64_t>(notes.size()));
  for (const auto& notes : notes_of) {
    batch.notes_of_bar.insert(batch.notes_of_bar.end(), notes.begin(), notes.end());
    batch.notes_of_bar.insert(batch.notes_of_bar.end(),
                              static_cast<std::size_t>(batch.most_notes) - notes.size(), -1);
  }
  for (Windows& windows : batch.windows)
    balance(windows);
  return batch;
}

}  // namespace cantus::critic
