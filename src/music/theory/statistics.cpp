#include "music/theory/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace cantus::theory {
namespace {

using score::Note;
using score::Piece;
using score::Tick;
using score::TickLength;

constexpr std::int64_t kStep = score::kTicksPerBeat / 24;
constexpr std::size_t kMostBars = 1'000'000;

template <class Visit>
void for_each_note(const Piece& piece, bool with_drums, Visit visit) {
  for (const score::Part& part : piece.parts) {
    if (part.is_drums() && !with_drums) continue;
    for (const Note& note : part.notes) {
      if (!note.grace) visit(note);
    }
  }
}

double share_of(double part, double whole) {
  return whole > 0.0 ? part / whole : 0.0;
}

double entropy_bits(std::span<const int> counts) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  double bits = 0.0;
  for (const int count : counts) {
    if (count > 0) bits -= count / total * std::log2(count / total);
  }
  return bits;
}

/// Notes in the fullest of the 24 major and natural minor scales; relative keys share one.
int most_in_a_scale(std::span<const int, 12> counts) {
  int most = 0;
  for (int fifths = 0; fifths < 12; ++fifths) {
    int inside = 0;
    for (const score::PitchClass p : score::Key{fifths % 12 - 5, score::Mode::major}.scale()) {
      inside += counts[static_cast<std::size_t>(p.number())];
    }
    most = std::max(most, inside);
  }
  return most;
}

void count_pitches(const Piece& piece, Statistics& out) {
  std::array<int, 128> keys = {};
  std::array<int, 12> classes = {};
  int notes = 0;
  for_each_note(piece, false, [&](const Note& note) {
    ++keys[static_cast<std::size_t>(note.pitch.key())];
    ++classes[static_cast<std::size_t>(note.pitch.pitch_class().number())];
    ++notes;
  });
  if (notes == 0) return;
  const auto used = [](int count) { return count > 0; };
  const auto lowest = std::ranges::find_if(keys, used) - keys.begin();
  const auto highest = std::find_if(keys.rbegin(), keys.rend(), used).base() - keys.begin() - 1;
  out.pitch_range = static_cast<int>(highest - lowest);
  out.pitches_used = static_cast<int>(std::ranges::count_if(keys, used));
  out.pitch_classes_used = static_cast<int>(std::ranges::count_if(classes, used));
  out.pitch_entropy = entropy_bits(keys);
  out.pitch_class_entropy = entropy_bits(classes);
  out.scale_consistency = share_of(most_in_a_scale(classes), notes);
}

struct Edge {
  Tick at;
  int key;
  bool starts;
};

/// How long how many different keys sound together, by sweeping over starts and ends.
void measure_polyphony(const Piece& piece, Statistics& out) {
  std::vector<Edge> edges;
  for_each_note(piece, false, [&](const Note& note) {
    edges.push_back({note.onset, note.pitch.key(), true});
    edges.push_back({note.end(), note.pitch.key(), false});
  });
  if (edges.empty()) return;
  std::ranges::sort(edges, {}, &Edge::at);
  std::array<int, 128> sounding = {};
  int keys = 0;
  double any = 0.0;
  double many = 0.0;
  double sum = 0.0;
  Tick before;
  for (const Edge& edge : edges) {
    const double beats = (edge.at - before).beats();
    any += keys > 0 ? beats : 0.0;
    many += keys > 1 ? beats : 0.0;
    sum += keys * beats;
    before = edge.at;
    int& count = sounding[static_cast<std::size_t>(edge.key)];
    if (edge.starts)
      keys += count++ == 0;
    else
      keys -= --count == 0;
  }
  out.polyphony = share_of(sum, any);
  out.polyphony_rate = share_of(many, (score::sounding_end(piece) - Tick()).beats());
}

/// Marks what sounds in cells of equal or given bounds; how many are empty, of all.
double empty_share(const Piece& piece, std::span<const Tick> starts) {
  // One more where sound starts, one fewer after where it ends: the running sum is the sound.
  std::vector<int> change(starts.size() + 1, 0);
  for_each_note(piece, true, [&](const Note& note) {
    const auto first = std::ranges::upper_bound(starts, note.onset) - starts.begin() - 1;
    const auto end = std::ranges::lower_bound(starts, note.end()) - starts.begin();
    if (first < 0) return;
    ++change[static_cast<std::size_t>(first)];
    --change[static_cast<std::size_t>(end)];
  });
  int sounding = 0;
  int empty = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    sounding += change[i];
    if (sounding == 0) ++empty;
  }
  return share_of(empty, static_cast<double>(starts.size()));
}

std::vector<Tick> beats_to(Tick end) {
  std::vector<Tick> starts;
  for (Tick at; at < end && starts.size() < 4 * kMostBars; at += score::beats(1)) {
    starts.push_back(at);
  }
  return starts;
}

/// For each bar, the steps at which something starts, ascending.
std::vector<std::vector<std::int64_t>> grooves(const Piece& piece, std::span<const Tick> bars) {
  std::vector<std::vector<std::int64_t>> steps(bars.size());
  for_each_note(piece, true, [&](const Note& note) {
    const auto bar = std::ranges::upper_bound(bars, note.onset) - bars.begin() - 1;
    if (bar < 0) return;
    const auto i = static_cast<std::size_t>(bar);
    steps[i].push_back((note.onset - bars[i]).count() / kStep);
  });
  for (auto& bar : steps) {
    std::ranges::sort(bar);
    bar.erase(std::unique(bar.begin(), bar.end()), bar.end());
  }
  return steps;
}

std::optional<double> groove_consistency(const Piece& piece, std::span<const Tick> bars) {
  if (bars.size() < 2) return std::nullopt;
  const auto steps = grooves(piece, bars);
  const auto length = [&](std::size_t i) {
    return piece.metre.metre_at(bars[i]).bar_length().count() / kStep;
  };
  double sum = 0.0;
  std::vector<std::int64_t> differ;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    differ.clear();
    std::ranges::set_symmetric_difference(steps[i - 1], steps[i], std::back_inserter(differ));
    sum += share_of(static_cast<double>(differ.size()),
                    static_cast<double>(std::max(length(i - 1), length(i))));
  }
  return 1.0 - sum / static_cast<double>(steps.size() - 1);
}

std::optional<double> chord_time(const Piece& piece) {
  double sounding = 0.0;
  double inside = 0.0;
  for_each_note(piece, false, [&](const Note& note) {
    auto chord = std::ranges::upper_bound(piece.chords, note.onset, {}, &score::ChordSpan::end);
    for (; chord != piece.chords.end() && chord->onset < note.end(); ++chord) {
      const double beats =
          (std::min(note.end(), chord->end()) - std::max(note.onset, chord->onset)).beats();
      sounding += beats;
      if (chord->chord.contains(note.pitch.pitch_class())) inside += beats;
    }
  });
  if (sounding <= 0.0) return std::nullopt;
  return inside / sounding;
}

}  // namespace

Statistics statistics_of(const Piece& piece) {
  Statistics out;
  const Tick end = score::sounding_end(piece);
  int notes = 0;
  for_each_note(piece, true, [&](const Note&) { ++notes; });
  if (notes == 0 || end <= Tick()) return out;
  out.notes_a_second = share_of(notes, score::seconds_of(piece));
  out.notes_a_beat = share_of(notes, (end - Tick()).beats());
  count_pitches(piece, out);
  measure_polyphony(piece, out);
  out.chord_time = chord_time(piece);
  out.empty_beat_rate = empty_share(piece, beats_to(end));
  const std::vector<Tick> bars = piece.metre.bar_starts(end);
  if (bars.size() > kMostBars) return out;
  out.empty_bar_rate = empty_share(piece, bars);
  out.groove_consistency = groove_consistency(piece, bars);
  return out;
}

}  // namespace cantus::theory
