#include "neural/critic/marks.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "neural/critic/likeness.h"

namespace cantus::critic {
namespace {

/// Hands out ranges of mark numbers, one after the other.
struct List {
  int used = 0;
  constexpr int take(int count) {
    const int first = used;
    used += count;
    return first;
  }
};

constexpr int kWidestInterval = 12;
constexpr int kIntervals = 2 * kWidestInterval + 2;  // and none
constexpr int kLengths = 12;
constexpr int kMetres = 5;
constexpr int kWays = 4;
constexpr std::array<int, 10> kLags = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32};
constexpr int kLikenesses = kLevels + 1;  // and no such bar
constexpr int kChordNumbers = 12 * kFamilies + 1;

struct NoteList {
  List list;
  int step = list.take(kStepsPerBeat);
  int beat = list.take(kMetres * kMostBeats);
  int length = list.take(kLengths);
  int length_change = list.take(5);
  int degree = list.take(24);
  int height = list.take(9);
  int in = list.take(kIntervals);
  int out = list.take(kIntervals);
  int turn = list.take(25);
  int in_chord = list.take(13);
  int fit = list.take(2 * 3 * kWays * kWays);
  int rest = list.take(5);
  int next_chord = list.take(3);
  int place = list.take(3);
};

struct BarList {
  List list;
  int metre = list.take(kMetres);
  int of_four = list.take(4);
  int of_eight = list.take(8);
  int of_sixteen = list.take(16);
  int from_start = list.take(6);
  int to_end = list.take(10);
  int count = list.take(9);
  int chord = list.take(2 * kChordNumbers);
  int motion_in = list.take(13);
  int motion_inside = list.take(13);
  int motion_out = list.take(13);
  int chords = list.take(5);
  int melody_lag = list.take(static_cast<int>(kLags.size()) * kLikenesses);
  int rhythm_lag = list.take(static_cast<int>(kLags.size()) * kLikenesses);
  int chord_lag = list.take(static_cast<int>(kLags.size()) * kLikenesses);
  int best_before = list.take(2 * kLikenesses);
  int best_after = list.take(2 * kLikenesses);
  int best_lag = list.take(6);
  int height = list.take(7);
};

constexpr NoteList kNote{};
constexpr BarList kBar{};

int metre_class(int steps) {
  switch (steps) {
    case 24:
      return 0;
    case 36:
      return 1;  // 3/4 and 6/8 are told apart by their notes
    case 48:
      return 2;
    case 54:
      return 3;
    default:
      return 4;
  }
}

int length_class(int steps) {
  constexpr std::array<int, kLengths - 1> kUpTo = {1, 2, 3, 4, 6, 8, 10, 12, 18, 24, 36};
  return static_cast<int>(std::ranges::lower_bound(kUpTo, steps) - kUpTo.begin());
}

int folded(int value) {
  return ((value % 12) + 12) % 12;
}

int interval_class(int by) {
  while (by > kWidestInterval)
    by -= 12;
  while (by < -kWidestInterval)
    by += 12;
  return by + kWidestInterval;
}

/// Leap down, step down, repeat, step up, leap up.
int movement(int by) {
  return by == 0 ? 2 : by < -2 ? 0 : by < 0 ? 1 : by <= 2 ? 3 : 4;
}

/// Nothing, repeated, step, leap.
int way(bool there, int by) {
  return !there ? 0 : by == 0 ? 1 : std::abs(by) <= 2 ? 2 : 3;
}

int chord_number(const std::optional<SheetChord>& chord) {
  return !chord ? 12 * kFamilies : chord->root * kFamilies + static_cast<int>(chord->family);
}

struct Placed {
  SheetNote note;
  int bar = 0;
  int at = 0;  ///< steps from the start
};

class Marker {
 public:
  explicit Marker(const Sheet& sheet) : sheet_(sheet) {
    int start = 0;
    for (std::size_t b = 0; b < sheet.bars.size(); ++b) {
      starts_.push_back(start);
      for (const SheetNote& note : sheet.bars[b].notes)
        notes_.push_back({note, static_cast<int>(b), start + note.step});
      start += sheet.bars[b].steps;
    }
    std::vector<int> heights;
    for (const Placed& placed : notes_)
      heights.push_back(placed.note.height);
    if (!heights.empty()) {
      const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
      std::ranges::nth_element(heights, middle);
      middle_ = *middle;
    }
  }

  MarkedSheet mark() {
    for (std::size_t i = 0; i < notes_.size(); ++i)
      mark_note(i);
    for (std::size_t b = 0; b < sheet_.bars.size(); ++b)
      mark_bar(static_cast<int>(b));
    return std::move(out_);
  }

 private:
  const SheetBar& bar(int b) const { return sheet_.bars[static_cast<std::size_t>(b)]; }

  const std::optional<SheetChord>& chord_of(const Placed& placed) const {
    const auto beat = static_cast<std::size_t>(placed.note.step / kStepsPerBeat);
    return bar(placed.bar).chords[std::min<std::size_t>(beat, kMostBeats - 1)];
  }

  static bool belongs(const std::optional<SheetChord>& chord, int height) {
    return chord && ((chord->tones >> folded(height)) & 1U) != 0;
  }

  void say(int id) { out_.notes.add(id); }

  void mark_note(std::size_t i) {
    const Placed& here = notes_[i];
    const bool first = i == 0;
    const bool last = i + 1 == notes_.size();
    const int in = first ? 0 : here.note.height - notes_[i - 1].note.height;
    const int out = last ? 0 : notes_[i + 1].note.height - here.note.height;
    const int steps = bar(here.bar).steps;
    const int beat = std::min(here.note.step / kStepsPerBeat, kMostBeats - 1);
    say(kNote.step + here.note.step % kStepsPerBeat);
    say(kNote.beat + metre_class(steps) * kMostBeats + beat);
    say(kNote.length + length_class(here.note.length));
    if (!first) {
      const int by = length_class(here.note.length) - length_class(notes_[i - 1].note.length);
      say(kNote.length_change + std::clamp(by, -2, 2) + 2);
    }
    say(kNote.degree + folded(here.note.height) + (sheet_.minor ? 12 : 0));
    say(kNote.height + std::clamp((here.note.height - middle_ + 30) / 3 - 10, -4, 4) + 4);
    say(kNote.in + (first ? kIntervals - 1 : interval_class(in)));
    say(kNote.out + (last ? kIntervals - 1 : interval_class(out)));
    say(kNote.turn + 5 * movement(in) + movement(out));
    mark_harmony(here, way(!first, in), way(!last, out));
    const int rest = first ? 0 : here.at - notes_[i - 1].at - notes_[i - 1].note.length;
    say(kNote.rest + (rest <= 0 ? 0 : rest < 6 ? 1 : rest < 12 ? 2 : rest < 24 ? 3 : 4));
    if (first || notes_[i - 1].bar != here.bar) say(kNote.place);
    if (last || notes_[i + 1].bar != here.bar) say(kNote.place + 1);
    if (last) say(kNote.place + 2);
    out_.notes.close();
    out_.bar.push_back(here.bar);
  }

  void mark_harmony(const Placed& here, int in, int out) {
    const auto& chord = chord_of(here);
    say(kNote.in_chord + (chord ? folded(here.note.height - chord->root) : 12));
    if (!chord) return;
    const bool inside = belongs(chord, here.note.height);
    const int stress = here.note.step == 0 ? 0 : here.note.step % kStepsPerBeat == 0 ? 1 : 2;
    say(kNote.fit + (((inside ? 3 : 0) + stress) * kWays + in) * kWays + out);
    // A note that lasts into another chord fits there too, or not.
    const int until = here.note.step + here.note.length - 1;
    const int beat = until / kStepsPerBeat;
    if (until >= bar(here.bar).steps || beat >= kMostBeats) return say(kNote.next_chord);
    const auto& later = bar(here.bar).chords[static_cast<std::size_t>(beat)];
    if (later == chord) return;
    say(kNote.next_chord + (belongs(later, here.note.height) ? 1 : 2));
  }

  void tell(int id) { out_.bars.add(id); }

  void mark_bar(int b) {
    const int bars = static_cast<int>(sheet_.bars.size());
    tell(kBar.metre + metre_class(bar(b).steps));
    tell(kBar.of_four + b % 4);
    tell(kBar.of_eight + b % 8);
    tell(kBar.of_sixteen + b % 16);
    tell(kBar.from_start + (b < 4 ? b : b < 8 ? 4 : 5));
    tell(kBar.to_end + std::min(bars - 1 - b, 9));
    tell(kBar.count + std::min(static_cast<int>(bar(b).notes.size()), 8));
    mark_chords(b, bars);
    mark_likeness(b, bars);
    mark_height(b);
    out_.bars.close();
  }

  /// The first or last chord of a bar, or none.
  const std::optional<SheetChord>& chord_in(int b, bool last) const {
    const int beats = (bar(b).steps + kStepsPerBeat - 1) / kStepsPerBeat;
    return bar(b).chords[last ? static_cast<std::size_t>(std::min(beats, kMostBeats) - 1) : 0];
  }

  static int motion(const std::optional<SheetChord>& from, const std::optional<SheetChord>& to) {
    return from && to ? folded(to->root - from->root) : 12;
  }

  void mark_chords(int b, int bars) {
    const auto& first = chord_in(b, false);
    const auto& last = chord_in(b, true);
    tell(kBar.chord + chord_number(first));
    tell(kBar.chord + kChordNumbers + chord_number(last));
    if (b > 0) tell(kBar.motion_in + motion(chord_in(b - 1, true), first));
    tell(kBar.motion_inside + motion(first, last));
    if (b + 1 < bars) tell(kBar.motion_out + motion(last, chord_in(b + 1, false)));
    int different = first ? 1 : 0;
    const int beats = std::min((bar(b).steps + kStepsPerBeat - 1) / kStepsPerBeat, kMostBeats);
    for (int i = 1; i < beats; ++i) {
      const auto& before = bar(b).chords[static_cast<std::size_t>(i - 1)];
      const auto& here = bar(b).chords[static_cast<std::size_t>(i)];
      if (here && here != before) ++different;
    }
    tell(kBar.chords + std::min(different, 4));
  }

  void mark_likeness(int b, int bars) {
    for (std::size_t lag = 0; lag < kLags.size(); ++lag) {
      const int other = b - kLags[lag];
      const int at = static_cast<int>(lag) * kLikenesses;
      const bool there = other >= 0;
      tell(kBar.melody_lag + at + (there ? melody_likeness(bar(b), bar(other)) : kLevels));
      tell(kBar.rhythm_lag + at + (there ? rhythm_likeness(bar(b), bar(other)) : kLevels));
      tell(kBar.chord_lag + at + (there ? chord_likeness(bar(b), bar(other)) : kLevels));
    }
    int nearest = 0;
    const auto best = [&](int from, int to, bool back, int first) {
      int melody = -1;
      int rhythm = -1;
      for (int other = from; other < to; ++other) {
        const int like = melody_likeness(bar(b), bar(other));
        if (back && like >= melody && like >= kLevels - 2) nearest = b - other;
        melody = std::max(melody, like);
        rhythm = std::max(rhythm, rhythm_likeness(bar(b), bar(other)));
      }
      tell(first + (melody < 0 ? kLevels : melody));
      tell(first + kLikenesses + (rhythm < 0 ? kLevels : rhythm));
    };
    best(std::max(0, b - 64), b, true, kBar.best_before);
    best(b + 1, std::min(bars, b + 65), false, kBar.best_after);
    tell(kBar.best_lag + lag_class(nearest));
  }

  static int lag_class(int lag) {
    if (lag == 0) return 0;
    int power = 16;
    int found = 1;
    for (; lag % power != 0; power /= 2)
      ++found;
    return found;
  }

  void mark_height(int b) {
    int sum = 0;
    for (const SheetNote& note : bar(b).notes)
      sum += note.height - middle_;
    const int count = static_cast<int>(bar(b).notes.size());
    const int mean = count == 0 ? 0 : (sum + 60 * count) / count - 60;
    tell(kBar.height + std::clamp((mean + 31) / 3 - 10, -3, 3) + 3);
  }

  const Sheet& sheet_;
  std::vector<int> starts_;
  std::vector<Placed> notes_;
  int middle_ = 0;
  MarkedSheet out_;
};

}  // namespace

int note_marks() {
  return kNote.list.used;
}
int bar_marks() {
  return kBar.list.used;
}

MarkedSheet marked(const Sheet& sheet) {
  return Marker(sheet).mark();
}

}  // namespace cantus::critic
