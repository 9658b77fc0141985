#include "neural/train/critic/variety.h"

#include <cmath>
#include <map>
#include <vector>

namespace cantus::critic {
namespace {

using Word = std::vector<int>;
using Shares = std::map<Word, double>;

struct Habits {
  Shares figures, rhythms, chords;
};

void add(Shares& shares, Word word) {
  shares[std::move(word)] += 1.0;
}

Habits habits_of(const Sheet& sheet) {
  Habits habits;
  std::vector<SheetNote> line;
  const SheetChord* chord = nullptr;
  for (const SheetBar& bar : sheet.bars) {
    Word rhythm;
    for (const SheetNote& note : bar.notes) {
      line.push_back(note);
      rhythm.push_back(note.step);
    }
    add(habits.rhythms, rhythm);
    for (const auto& next : bar.chords) {
      if (!next) continue;
      if (chord != nullptr && *chord != *next)
        add(habits.chords, {chord->root, static_cast<int>(chord->family), next->root,
                            static_cast<int>(next->family)});
      chord = &*next;
    }
  }
  for (std::size_t i = 2; i < line.size(); ++i)
    add(habits.figures,
        {line[i - 1].height - line[i - 2].height, line[i].height - line[i - 1].height,
         line[i - 2].length, line[i - 1].length, line[i].length});
  return habits;
}

double total(const Shares& shares) {
  double sum = 0.0;
  for (const auto& [word, times] : shares)
    sum += times;
  return sum;
}

double half_difference(const Shares& a, const Shares& b) {
  const double in_a = total(a);
  const double in_b = total(b);
  if (in_a == 0.0 || in_b == 0.0) return in_a == in_b ? 0.0 : 1.0;
  double common = 0.0;
  for (const auto& [word, times] : a) {
    const auto other = b.find(word);
    if (other != b.end()) common += std::min(times / in_a, other->second / in_b);
  }
  return 1.0 - common;
}

double distance(const Habits& a, const Habits& b) {
  return (half_difference(a.figures, b.figures) + half_difference(a.rhythms, b.rhythms) +
          half_difference(a.chords, b.chords)) /
         3.0;
}

}  // namespace

double distance(const Sheet& a, const Sheet& b) {
  return distance(habits_of(a), habits_of(b));
}

double variety(std::span<const Sheet> sheets) {
  if (sheets.size() < 2) return 0.0;
  std::vector<Habits> habits;
  for (const Sheet& sheet : sheets)
    habits.push_back(habits_of(sheet));
  double sum = 0.0;
  for (std::size_t i = 0; i < habits.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      sum += distance(habits[i], habits[j]);
  }
  const auto n = static_cast<double>(habits.size());
  return sum / (0.5 * n * (n - 1.0));
}

}  // namespace cantus::critic
