#include "neural/compose/judgement.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

namespace cantus::compose {
namespace {

using score::Note;
using score::Tick;

double outside(double value, double low, double high) {
  return std::max({0.0, low - value, value - high});
}

double interval_faults(const std::vector<Note>& notes) {
  double steps = 0.0;
  double repeats = 0.0;
  int lowest = 127;
  int highest = 0;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    lowest = std::min(lowest, notes[i].pitch.key());
    highest = std::max(highest, notes[i].pitch.key());
    if (i == 0) continue;
    const int by = std::abs(notes[i].pitch.key() - notes[i - 1].pitch.key());
    steps += by == 1 || by == 2;
    repeats += by == 0;
  }
  const double moves = std::max<double>(1.0, static_cast<double>(notes.size()) - 1.0);
  return 2.0 * outside(steps / moves, 0.40, 0.80) + 2.0 * outside(repeats / moves, 0.0, 0.25) +
         outside(highest - lowest, 9, 17) / 6.0;
}

/// The share of bars whose onsets another bar has too.
double rhythm_faults(const score::Piece& piece, const std::vector<Note>& notes) {
  std::map<int, std::vector<std::int64_t>> bars;
  for (const Note& note : notes) {
    const int bar = piece.metre.bar_at(note.onset);
    bars[bar].push_back((note.onset - piece.metre.bar_start(bar)).count());
  }
  std::map<std::vector<std::int64_t>, int> patterns;
  for (const auto& [bar, onsets] : bars)
    ++patterns[onsets];
  int shared = 0;
  int most = 0;
  for (const auto& [onsets, times] : patterns) {
    if (times > 1) shared += times;
    most = std::max(most, times);
  }
  const double count = std::max<double>(1.0, static_cast<double>(bars.size()));
  return 1.5 * outside(shared / count, 0.35, 0.95) + outside(most / count, 0.0, 0.7);
}

double rest_faults(const score::Piece& piece, const std::vector<Note>& notes) {
  double faults = 0.0;
  for (std::size_t i = 1; i < notes.size(); ++i) {
    const double gap = (notes[i].onset - notes[i - 1].end()).beats();
    if (gap > 2.5) faults += 0.2;
  }
  for (const score::Section& section : piece.sections) {
    const auto after = std::ranges::lower_bound(notes, section.end(), {}, &Note::onset);
    if (after == notes.begin()) continue;
    const Note& last = *std::prev(after);
    if (last.onset >= section.onset && last.length.beats() < 0.9) faults += 0.15;
  }
  return faults;
}

}  // namespace

double faults_of(const score::Piece& piece, std::size_t part, double notes_a_beat) {
  const std::vector<Note>& notes = piece.parts[part].notes;
  if (notes.size() < 2) return 10.0;
  const double beats = std::max(1.0, (notes.back().end() - notes.front().onset).beats());
  const double density = static_cast<double>(notes.size()) / beats;
  return interval_faults(notes) + rhythm_faults(piece, notes) + rest_faults(piece, notes) +
         outside(std::log2(density / notes_a_beat), -0.4, 0.4);
}

}  // namespace cantus::compose
