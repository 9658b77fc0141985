#include "neural/compose/judgement.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

#include "music/theory/key_finding.h"
#include "music/theory/repetition.h"

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

/// The share of bars whose onsets another bar has too, and of those whose onsets were heard before.
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
  const double heard_before = 1.0 - static_cast<double>(patterns.size()) / count;
  return 1.5 * outside(shared / count, 0.35, 0.95) + outside(most / count, 0.0, 0.7) +
         25.0 * outside(heard_before, 0.0, 0.78);
}

double rest_faults(const score::Piece& piece, const std::vector<Note>& notes) {
  double faults = 0.0;
  for (std::size_t i = 1; i < notes.size(); ++i) {
    const double gap = (notes[i].onset - notes[i - 1].end()).beats();
    if (gap > 1.5) faults += 0.1;
    if (gap > 2.5) faults += 0.15;
  }
  for (const score::Section& section : piece.sections) {
    const auto after = std::ranges::lower_bound(notes, section.end(), {}, &Note::onset);
    if (after == notes.begin()) continue;
    const Note& last = *std::prev(after);
    if (last.onset >= section.onset && last.length.beats() < 0.9) faults += 0.15;
  }
  return faults;
}

double height_faults(const std::vector<Note>& notes, std::optional<double> wanted) {
  if (!wanted) return 0.0;
  double sum = 0.0;
  for (const Note& note : notes)
    sum += note.pitch.key();
  return 0.4 * std::abs(sum / static_cast<double>(notes.size()) - *wanted);
}

/// How much shorter the melody could be told by saying what comes again (theory/repetition.h).
double figure_faults(const std::vector<Note>& notes, double usual) {
  std::vector<std::int64_t> steps;
  for (std::size_t i = 1; i < notes.size(); ++i) {
    const std::int64_t interval = notes[i].pitch.key() - notes[i - 1].pitch.key() + 128;
    steps.push_back((notes[i].onset - notes[i - 1].onset).count() * 256 + interval);
  }
  return std::max(0.0, usual - theory::compression_of(steps).value_or(1.0));
}

/// Roots of the chords that start in bars [first, first + count), counted from 0.
std::vector<int> roots_in(const score::Piece& piece, Tick from, Tick to) {
  std::vector<int> roots;
  for (const score::ChordSpan& span : piece.chords) {
    if (span.onset < from || span.onset >= to) continue;
    const int root = span.chord.root.pitch_class().number();
    if (roots.empty() || roots.back() != root) roots.push_back(root);
  }
  return roots;
}

double seesaws(const std::vector<int>& roots) {
  int longest = 0;
  int run = 0;
  for (std::size_t i = 2; i < roots.size(); ++i) {
    run = roots[i] == roots[i - 2] ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool is_snare(int key) {
  return key >= 37 && key <= 40;
}
bool keeps_time(int key) {
  return key == 42 || key == 44 || key == 46 || key == 51 || key == 53 || key == 59;
}

}  // namespace

double chord_faults_of(const score::Piece& piece) {
  const auto key = score::key_at(piece, Tick());
  const int tonic = key ? key->tonic().pitch_class().number() : 0;
  double faults = 0.0;
  double dominants = 0.0;
  for (const score::Section& section : piece.sections) {
    const std::vector<int> roots = roots_in(piece, section.onset, section.end());
    std::vector<int> different = roots;
    std::ranges::sort(different);
    different.erase(std::unique(different.begin(), different.end()), different.end());
    const double bars =
        static_cast<double>(section.length.count()) /
        static_cast<double>(piece.metre.metre_at(section.onset).bar_length().count());
    const double few = bars < 6 ? 2.0 : 3.0;
    faults += 0.3 * outside(static_cast<double>(different.size()), few, 6.0);
    faults += 0.25 * outside(seesaws(roots), 0.0, 2.0);
    faults += 0.2 * outside(static_cast<double>(roots.size()) / std::max(1.0, bars), 0.6, 1.6);
    dominants += static_cast<double>(std::ranges::count(roots, (tonic + 7) % 12));
  }
  return faults + (dominants < 1.0 ? 0.5 : 0.0);
}

bool chords_sound_in_key(const score::Piece& piece) {
  score::Piece blocks = piece;
  score::Part part;
  for (const score::ChordSpan& span : piece.chords) {
    for (int key = 48; key < 60; ++key) {
      if (!span.chord.contains(score::PitchClass(key))) continue;
      part.notes.push_back({span.onset, span.length, score::Pitch::clamped(key)});
    }
    const int root = 36 + span.chord.root.pitch_class().number();
    part.notes.push_back({span.onset, span.length, score::Pitch::clamped(root)});
  }
  blocks.parts = {part};
  return theory::find_key(blocks) == score::key_at(piece, Tick());
}

double drum_faults_of(const score::Piece& piece, std::size_t part) {
  const std::vector<Note>& notes = piece.parts[part].notes;
  if (notes.empty()) return 10.0;
  double strokes = 0.0;
  int bars = 0;
  int without_kick = 0;
  int without_backbeat = 0;
  int too_many_snares = 0;
  int without_time = 0;
  const auto starts = piece.metre.bar_starts(piece.end);
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    const score::Metre metre = piece.metre.metre_at(starts[i]);
    const auto first = std::ranges::lower_bound(notes, starts[i], {}, &Note::onset);
    const auto last = std::ranges::lower_bound(notes, starts[i + 1], {}, &Note::onset);
    if (first == last) continue;
    ++bars;
    strokes += static_cast<double>(last - first) / metre.bar_length().beats();
    const auto plays = [&](score::TickLength at, auto wanted) {
      return std::any_of(first, last, [&](const Note& note) {
        return note.onset == starts[i] + at && wanted(note.pitch.key());
      });
    };
    const auto beats = static_cast<int>(metre.bar_length().beats() + 0.5);
    const auto strokes_of = [&](auto wanted) {
      return std::count_if(first, last, [&](const Note& note) { return wanted(note.pitch.key()); });
    };
    too_many_snares += strokes_of(is_snare) > beats + 2;
    without_time += strokes_of(keeps_time) < beats;
    without_kick += !plays({}, [](int key) { return key == 35 || key == 36; });
    const bool four = metre == score::Metre{4, 4};
    without_backbeat +=
        four && !(plays(score::beats(1), is_snare) && plays(score::beats(3), is_snare));
  }
  if (bars == 0) return 10.0;
  return (1.0 * without_kick + 0.8 * without_backbeat + 0.8 * too_many_snares +
          0.6 * without_time) /
             bars +
         0.5 * outside(strokes / bars, 1.5, 5.0);
}

double faults_of(const score::Piece& piece, std::size_t part, const Wanted& wanted) {
  const std::vector<Note>& notes = piece.parts[part].notes;
  if (notes.size() < 2) return 10.0;
  const double beats = std::max(1.0, (notes.back().end() - notes.front().onset).beats());
  const double density = static_cast<double>(notes.size()) / beats;
  return interval_faults(notes) + rhythm_faults(piece, notes) + rest_faults(piece, notes) +
         outside(std::log2(density / wanted.notes_a_beat), -0.4, 0.4) +
         8.0 * figure_faults(notes, wanted.compression) + height_faults(notes, wanted.height);
}

}  // namespace cantus::compose
