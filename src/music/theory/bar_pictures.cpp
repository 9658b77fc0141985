#include "music/theory/bar_pictures.h"

#include <algorithm>
#include <cmath>

namespace cantus::theory {
namespace {

using score::Note;
using score::Tick;

/// A note of a drone is looked at for so many bars.
constexpr std::size_t kLongestNoteBars = 16;
constexpr double kRhythmShare = 0.3;  ///< Of a likeness; the rest is which notes sound when.

std::size_t bar_of(const std::vector<BarPicture>& bars, Tick at) {
  const auto after = std::ranges::upper_bound(bars, at, {}, &BarPicture::start);
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, after - bars.begin() - 1));
}

std::size_t step_of(Tick start, std::int64_t length, Tick at) {
  const std::int64_t step = ((at - start).count() * kBarSteps + length / (2 * kBarSteps)) / length;
  return static_cast<std::size_t>(std::clamp<std::int64_t>(step, 0, kBarSteps - 1));
}

void add_sound(BarPicture& bar, std::int64_t length, const Note& note) {
  const auto pitch_class = static_cast<std::size_t>(note.pitch.pitch_class().number());
  for (std::size_t i = 0; i < bar.notes.size(); ++i) {
    const auto from = bar.start + score::TickLength(length * static_cast<std::int64_t>(i) / 8);
    const auto to = bar.start + score::TickLength(length * static_cast<std::int64_t>(i + 1) / 8);
    const auto sounding = std::min(note.end(), to) - std::max(note.onset, from);
    if (sounding.count() > 0) bar.notes[i][pitch_class] += sounding.beats();
  }
}

void measure(BarPicture& bar) {
  double notes = 0.0;
  for (const auto& eighth : bar.notes) {
    for (const double weight : eighth)
      notes += weight * weight;
  }
  double rhythm = 0.0;
  for (const double onsets : bar.rhythm)
    rhythm += onsets * onsets;
  bar.notes_norm = std::sqrt(notes);
  bar.rhythm_norm = std::sqrt(rhythm);
}

double cosine(double product, double a, double b) {
  if (a == 0.0 && b == 0.0) return 1.0;
  return a == 0.0 || b == 0.0 ? 0.0 : product / (a * b);
}

}  // namespace

std::vector<BarPicture> bar_pictures(const score::Piece& piece) {
  std::vector<BarPicture> bars;
  for (const Tick start : piece.metre.bar_starts(piece.end))
    bars.push_back({.start = start});
  const auto length_of = [&](std::size_t i) {
    return i + 1 < bars.size() ? (bars[i + 1].start - bars[i].start).count()
                               : piece.metre.metre_at(bars[i].start).bar_length().count();
  };
  for (const score::Part& part : piece.parts) {
    for (const Note& note : part.notes) {
      if (note.grace || bars.empty()) continue;
      std::size_t i = bar_of(bars, note.onset);
      bars[i].rhythm[step_of(bars[i].start, length_of(i), note.onset)] += 1.0;
      if (part.is_drums()) continue;
      const std::size_t last = std::min(bars.size(), i + kLongestNoteBars);
      for (; i < last && bars[i].start < note.end(); ++i)
        add_sound(bars[i], length_of(i), note);
    }
  }
  std::ranges::for_each(bars, measure);
  return bars;
}

double likeness(const BarPicture& a, const BarPicture& b, int up) {
  double notes = 0.0;
  for (std::size_t i = 0; i < a.notes.size(); ++i) {
    for (std::size_t p = 0; p < 12; ++p) {
      const std::size_t from = (p + 12 - static_cast<std::size_t>(up)) % 12;
      notes += a.notes[i][p] * b.notes[i][from];
    }
  }
  double rhythm = 0.0;
  for (std::size_t i = 0; i < a.rhythm.size(); ++i) {
    rhythm += a.rhythm[i] * b.rhythm[i];
  }
  return (1.0 - kRhythmShare) * cosine(notes, a.notes_norm, b.notes_norm) +
         kRhythmShare * cosine(rhythm, a.rhythm_norm, b.rhythm_norm);
}

}  // namespace cantus::theory
