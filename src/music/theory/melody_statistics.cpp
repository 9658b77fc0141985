#include "music/theory/melody_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>

#include "music/theory/tonal_space.h"

namespace cantus::theory {
namespace {

using score::ChordSpan;
using score::Note;
using score::Tick;
using score::TickLength;

constexpr TickLength kSixteenth = score::beats(1, 4);

/// A sum of weighted values and their mean.
class Mean {
 public:
  void add(double value, double weight = 1.0) {
    sum_ += value * weight;
    weight_ += weight;
  }
  std::optional<double> value() const {
    if (weight_ <= 0.0) return std::nullopt;
    return sum_ / weight_;
  }

 private:
  double sum_ = 0.0;
  double weight_ = 0.0;
};

const ChordSpan* chord_over(std::span<const ChordSpan> chords, Tick at) {
  const auto after = std::ranges::upper_bound(chords, at, {}, &ChordSpan::onset);
  if (after == chords.begin()) return nullptr;
  const ChordSpan& before = *std::prev(after);
  return at < before.end() ? &before : nullptr;
}

bool starts_strong(Tick onset, const score::MetreMap& metre) {
  const Tick bar = metre.bar_start_at(onset);
  return onset == bar || (onset - bar) * 2 == metre.metre_at(onset).bar_length();
}

double consonance(score::PitchClass above, const score::Chord& chord) {
  constexpr std::array<double, 12> kScores = {1, -1, -1, 1, 1, 0, -1, 1, 1, 1, -1, -1};
  Mean mean;
  for (int p = 0; p < 12; ++p) {
    const score::PitchClass below(p);
    if (chord.contains(below)) mean.add(kScores[static_cast<std::size_t>(above.above(below))]);
  }
  return mean.value().value_or(0.0);
}

std::bitset<12> only(score::PitchClass pitch_class) {
  return std::bitset<12>(1U << static_cast<unsigned>(pitch_class.number()));
}

/// What one line says over its chords, gathered note by note.
class Agreement {
 public:
  Agreement(std::span<const ChordSpan> chords, const score::MetreMap& metre)
      : chords_(chords), metre_(metre) {}

  void add(const Note& note, const Note* next) {
    add_times(note);
    add_sixteenths(note);
    const ChordSpan* chord = chord_over(chords_, note.onset);
    if (chord == nullptr) return;
    const bool moves_on = next != nullptr && std::abs(next->pitch.key() - note.pitch.key()) <= 2;
    proper_.add(chord->chord.contains(note.pitch.pitch_class()) || moves_on ? 1.0 : 0.0);
  }

  MelodyOverChords result() const {
    return {time_.value(), strong_time_.value(), proper_.value(), consonance_.value(),
            distance_.value()};
  }

 private:
  void add_times(const Note& note) {
    const bool strong = starts_strong(note.onset, metre_);
    auto chord = std::ranges::upper_bound(chords_, note.onset, {}, &ChordSpan::end);
    for (; chord != chords_.end() && chord->onset < note.end(); ++chord) {
      const double length =
          (std::min(note.end(), chord->end()) - std::max(note.onset, chord->onset)).beats();
      const double inside = chord->chord.contains(note.pitch.pitch_class()) ? 1.0 : 0.0;
      time_.add(inside, length);
      if (strong) strong_time_.add(inside, length);
      distance_.add(distance(tonal_centroid(only(note.pitch.pitch_class())),
                             tonal_centroid(chord->chord.pitch_classes())),
                    length);
    }
  }

  /// Sixteenths of the piece's grid that begin while the note sounds.
  void add_sixteenths(const Note& note) {
    const std::int64_t step = kSixteenth.count();
    Tick at((note.onset.count() + step - 1) / step * step);
    for (; at < note.end(); at += kSixteenth) {
      const ChordSpan* chord = chord_over(chords_, at);
      if (chord != nullptr) consonance_.add(consonance(note.pitch.pitch_class(), chord->chord));
    }
  }

  std::span<const ChordSpan> chords_;
  const score::MetreMap& metre_;
  Mean time_;
  Mean strong_time_;
  Mean proper_;
  Mean consonance_;
  Mean distance_;
};

}  // namespace

std::vector<Note> top_line(const score::Part& part) {
  std::vector<Note> line;
  for (const Note& note : part.notes) {
    if (note.grace) continue;
    const bool together = !line.empty() && line.back().onset == note.onset;
    if (!together)
      line.push_back(note);
    else if (note.pitch >= line.back().pitch)
      line.back() = note;
  }
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    line[i].length = std::min(line[i].length, line[i + 1].onset - line[i].onset);
  }
  return line;
}

MelodyMovement movement_of(std::span<const Note> line) {
  if (line.size() < 2) return {};
  MelodyMovement out;
  Mean steps;
  Mean repeats;
  Mean leaps;
  int largest = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const int leap = std::abs(line[i].pitch.key() - line[i - 1].pitch.key());
    largest = std::max(largest, leap);
    repeats.add(leap == 0 ? 1.0 : 0.0);
    if (leap == 0) continue;
    steps.add(leap <= 2 ? 1.0 : 0.0);
    leaps.add(leap);
  }
  return {steps.value(), repeats.value(), leaps.value(), largest};
}

MelodyOverChords melody_over_chords(std::span<const Note> line,
                                    std::span<const ChordSpan> chords,
                                    const score::MetreMap& metre) {
  Agreement agreement(chords, metre);
  for (std::size_t i = 0; i < line.size(); ++i) {
    agreement.add(line[i], i + 1 < line.size() ? &line[i + 1] : nullptr);
  }
  return agreement.result();
}

ChordStatistics chord_statistics(std::span<const ChordSpan> chords) {
  ChordStatistics out;
  std::map<std::pair<int, score::Quality>, int> counts;
  Mean distances;
  Mean lengths;
  for (std::size_t i = 0; i < chords.size(); ++i) {
    const score::Chord& chord = chords[i].chord;
    ++counts[{chord.root.pitch_class().number(), chord.quality}];
    lengths.add(chords[i].length.beats());
    if (i == 0) continue;
    distances.add(distance(tonal_centroid(chords[i - 1].chord.pitch_classes()),
                           tonal_centroid(chord.pitch_classes())));
  }
  double entropy = 0.0;
  for (const auto& [chord, count] : counts) {
    const double share = count / static_cast<double>(chords.size());
    entropy -= share * std::log(share);
  }
  out.coverage = static_cast<int>(counts.size());
  if (!chords.empty()) out.histogram_entropy = entropy;
  out.tonal_distance = distances.value();
  out.beats_a_chord = lengths.value();
  return out;
}

}  // namespace cantus::theory
