#include "neural/band_critic/marks.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/check.h"
#include "neural/band/beat_grid.h"

namespace cantus::band_critic {
namespace {

using band::BeatGrid;
using band::Stroke;
using rolls::Player;

constexpr int kPlacesOfBar = band::kBeatsOfBar * band::kPlaces;
constexpr int kAllPlaces = kBars * kPlacesOfBar;
constexpr int kBarPlaces = kPlacesOfBar + 3 * band::kPlaces;  ///< of four beats, and of three
constexpr unsigned kHomeScale = 0b101010110101;               // of the white keys
constexpr int kGaps = 11;
constexpr int kMoves = 28;      ///< an octave and more either way, and none
constexpr int kRelations = 13;  ///< pitch classes apart, or nobody there
constexpr int kRegisters = 12;  ///< of four keys each
constexpr int kEarlier = 4;     ///< no such bar, silent there, another stroke, the same
constexpr int kLikenesses = 6;  ///< no such bar, then levels
constexpr int kDrumGroups = 8;
constexpr std::array<int, 6> kAway = {-1, -2, -3, 1, 2, 3};  ///< bars

constexpr int kDrumMarks = kBarPlaces + kDrumGroups * kBarPlaces + band::kKeys + kGaps + 16 +
                           6 * kEarlier + 9 + 3 * kPlayers + 4 + 2;
constexpr int kPitchedMarks = kBarPlaces + band::kLengths + 5 + kGaps + 5 + 2 * kRelations + 24 +
                              5 + 3 + 2 * kRegisters + 2 * kMoves + 1 + 6 * kEarlier +
                              3 * kPlayers + kPlayers * kRelations + 2 * kPlayers + 4 + 4 + 4 +
                              4 * kRelations + 5;
constexpr int kShifts = 5;  ///< no such bar, as it is, a beat later, a beat earlier, not alike
constexpr int kBegins = 5;  ///< never, with the bar, in the first beat, with the second, later
constexpr int kVoiceMarks = 2 + 17 + kBegins + 6 * (2 * kLikenesses + kShifts);
constexpr int kBarMarks = 2 * (kRelations + 4 + kRelations) + 32 + 2 + 12 * kLikenesses;

constexpr std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

/// Of a General MIDI drum: kick, snare, closed and open hi-hat, tom, ride, crash, other.
int drum_group(int key) {
  switch (key) {
    case 35:
    case 36:
      return 0;
    case 37:
    case 38:
    case 39:
    case 40:
      return 1;
    case 42:
    case 44:
      return 2;
    case 46:
      return 3;
    case 41:
    case 43:
    case 45:
    case 47:
    case 48:
    case 50:
      return 4;
    case 51:
    case 53:
    case 59:
      return 5;
    case 49:
    case 52:
    case 55:
    case 57:
      return 6;
    default:
      return 7;
  }
}

/// Bit g: a drum of the group is struck.
unsigned drum_groups(std::uint64_t keys) {
  unsigned groups = 0;
  for (; keys != 0; keys &= keys - 1)
    groups |= 1U << drum_group(band::lowest_key(Player::drums) + std::countr_zero(keys));
  return groups;
}

int gap_class(int steps) {
  constexpr std::array<int, kGaps - 2> kUpTo = {3, 4, 6, 9, 12, 18, 24, 36, 48};
  int i = 0;
  while (i < kGaps - 2 && steps > kUpTo[at(i)])
    ++i;
  return 1 + i;  // 0: nothing before
}

int lowest_of(std::uint64_t keys) {
  return std::countr_zero(keys);
}
int highest_of(std::uint64_t keys) {
  return 63 - std::countl_zero(keys);
}

/// Pitch classes; pitched players' lowest keys are all Cs.
unsigned classes_of(std::uint64_t keys) {
  unsigned classes = 0;
  for (; keys != 0; keys &= keys - 1)
    classes |= 1U << std::countr_zero(keys) % 12;
  return classes;
}

unsigned turned(unsigned classes, int down) {
  return (classes >> down | classes << (12 - down)) & 0xFFFU;
}

/// What a player does at every place of the phrase.
struct Line {
  std::array<std::uint64_t, kAllPlaces> struck{};
  std::array<std::uint8_t, kAllPlaces> length{};
  std::array<std::uint64_t, kAllPlaces> sounding{};  ///< keys; of drums none
};

/// Marks of one entry: each group has its numbers, whether something is said in it or not.
class Writer {
 public:
  Writer(Marks& marks, int first, int count) : marks_(marks), base_(first), end_(first + count) {}

  void one(int value, int size) {
    CANTUS_CHECK(value >= 0 && value < size);
    marks_.add(base_ + value);
    base_ += size;
  }
  void none(int size) { base_ += size; }
  void flag(bool holds) {
    if (holds) marks_.add(base_);
    ++base_;
  }
  void bits(std::uint64_t holds, int size) {
    for (; holds != 0; holds &= holds - 1)
      marks_.add(base_ + std::countr_zero(holds));
    base_ += size;
  }
  void close() {
    CANTUS_CHECK(base_ == end_);
    marks_.close();
  }

 private:
  Marks& marks_;
  int base_;
  int end_;
};

class Marker {
 public:
  explicit Marker(const rolls::Roll& roll) : roll_(roll), grid_(band::grid_of(roll)) {
    beats_ = grid_.beats_of_bar;
    for (const Player player : rolls::kAllPlayers)
      fill(player);
  }

  MarkedPhrase marked() {
    MarkedPhrase out;
    for (int p = 0; p < kPlayers; ++p) {
      mark_strokes(p, out);
      for (int bar = 0; bar < kBars; ++bar)
        mark_voice(p, bar, out.voices[at(p)]);
    }
    for (int bar = 0; bar < kBars; ++bar)
      mark_bar(bar, out.bars);
    return out;
  }

 private:
  bool is_used(int n) const { return n / band::kPlaces % band::kBeatsOfBar < beats_; }
  int step_at(int n) const {
    return band::step_of(n / band::kPlaces, n % band::kPlaces, roll_.bar_steps());
  }
  int place_of_bar(int n) const {
    return n % kPlacesOfBar + (beats_ == band::kBeatsOfBar ? 0 : kPlacesOfBar);
  }
  const rolls::HalfBarChord& chord_at(int n) const {
    return roll_
        .chords[at(band::half_bar_of(n / band::kPlaces, n % band::kPlaces, roll_.bar_steps()))];
  }

  void fill(Player player) {
    Line& line = lines_[at(static_cast<int>(player))];
    for (int n = 0; n < kAllPlaces; ++n) {
      if (!is_used(n)) continue;
      const Stroke& stroke = grid_.at(n / band::kPlaces, player)[at(n % band::kPlaces)];
      line.struck[at(n)] = stroke.keys;
      line.length[at(n)] = stroke.length;
    }
    if (player == Player::drums) return;
    for (int n = 0; n < kAllPlaces; ++n) {
      const std::uint64_t keys = line.struck[at(n)];
      if (keys == 0) continue;
      const int end = step_at(n) + band::kLengthSteps[line.length[at(n)]];
      std::uint64_t held = keys;
      for (int m = n; m < kAllPlaces && held != 0; ++m) {
        if (!is_used(m)) continue;
        if (step_at(m) >= end) break;
        if (m > n) held &= ~line.struck[at(m)];
        if (m > n && band::is_line(player) && line.struck[at(m)] != 0) break;
        line.sounding[at(m)] |= held;
      }
    }
  }

  /// Of three bars before and three after: whether the place is struck there, and alike.
  void write_beside(const Line& line, int n, Writer& to) const {
    for (const int away : kAway) {
      const int m = n + away * kPlacesOfBar;
      const bool there = m >= 0 && m < kAllPlaces;
      const std::uint64_t keys = there ? line.struck[at(m)] : 0;
      to.one(!there ? 0 : keys == 0 ? 1 : keys == line.struck[at(n)] ? 3 : 2, kEarlier);
    }
  }

  void write_others(int p, int n, Writer& to) const {
    for (int q = 0; q < kPlayers; ++q) {
      if (q == p) {
        to.none(3);
        continue;
      }
      const Line& other = lines_[at(q)];
      to.one(other.struck[at(n)] != 0 ? 2 : other.sounding[at(n)] != 0 ? 1 : 0, 3);
    }
  }

  void write_drum_stroke(int n, int last, Writer& to) const {
    const Line& line = lines_[0];
    const unsigned groups = drum_groups(line.struck[at(n)]);
    to.one(place_of_bar(n), kBarPlaces);
    for (int g = 0; g < kDrumGroups; ++g) {
      if ((groups >> g & 1U) != 0)
        to.one(place_of_bar(n), kBarPlaces);
      else
        to.none(kBarPlaces);
    }
    to.bits(line.struck[at(n)], band::kKeys);
    to.one(last < 0 ? 0 : gap_class(step_at(n) - step_at(last)), kGaps);
    const bool hat = (groups & 0b101100U) != 0;
    const bool loud = (groups & 0b1010000U) != 0;
    to.one(static_cast<int>((groups & 3U) | (hat ? 4U : 0U) | (loud ? 8U : 0U)), 16);
    write_beside(line, n, to);
    for (const unsigned group : {1U, 2U, 0b101100U}) {
      const int m = n - kPlacesOfBar;
      if (m < 0) {
        to.none(3);
        continue;
      }
      const bool now = (groups & group) != 0;
      const bool then = (drum_groups(line.struck[at(m)]) & group) != 0;
      to.one(now == then ? 0 : now ? 1 : 2, 3);
    }
    write_others(0, n, to);
    const bool bass = lines_[1].struck[at(n)] != 0;
    to.one((groups & 1U ? 2 : 0) + (bass ? 1 : 0), 4);
    to.one(chord_changes(n) ? 1 : 0, 2);
  }

  /// The chord is another one here than half a bar before.
  bool chord_changes(int n) const {
    const int half = band::half_bar_of(n / band::kPlaces, n % band::kPlaces, roll_.bar_steps());
    if (half == 0) return true;
    const bool first = !is_used(n) || n % kPlacesOfBar == 0 ||
                       band::half_bar_of((n - 1) / band::kPlaces, (n - 1) % band::kPlaces,
                                         roll_.bar_steps()) != half;
    return first && !(roll_.chords[at(half)] == roll_.chords[at(half - 1)]);
  }

  void write_pitched_stroke(int p, int n, int last, int next, Writer& to) const {
    const Line& line = lines_[at(p)];
    const std::uint64_t keys = line.struck[at(n)];
    const int low = lowest_of(keys);
    const int high = highest_of(keys);
    const unsigned classes = classes_of(keys);
    const rolls::HalfBarChord& chord = chord_at(n);
    const bool harmony = chord.tones != 0;
    const int root = chord.root % 12;
    const int length = band::kLengthSteps[line.length[at(n)]];
    to.one(place_of_bar(n), kBarPlaces);
    to.one(line.length[at(n)], band::kLengths);
    to.one(reach(n, next, length), 5);
    to.one(last < 0 ? 0 : gap_class(step_at(n) - step_at(last)), kGaps);
    to.one(std::min(std::popcount(keys), 5) - 1, 5);
    to.one(harmony ? (low - root + 12) % 12 : 12, kRelations);
    to.one(harmony ? (high - root + 12) % 12 : 12, kRelations);
    to.bits(harmony ? turned(classes, root) : 0U, 12);
    to.bits(classes, 12);
    to.one(harmony ? std::min(std::popcount(classes & ~unsigned{chord.tones}), 3) : 4, 5);
    to.one(std::min(std::popcount(classes & ~kHomeScale), 2), 3);
    to.one(low / 4, kRegisters);
    to.one(high / 4, kRegisters);
    const std::uint64_t before = last < 0 ? 0 : line.struck[at(last)];
    to.one(before == 0 ? 0 : move(low - lowest_of(before)), kMoves);
    to.one(before == 0 ? 0 : move(high - highest_of(before)), kMoves);
    to.flag(before == keys);
    write_beside(line, n, to);
    write_others(p, n, to);
    write_relations(p, n, low, classes, to);
    const unsigned drums = drum_groups(lines_[0].struck[at(n)]);
    to.one(static_cast<int>(drums & 3U), 4);
    const bool changed = last < 0 || !(chord_at(last) == chord);
    to.one((changed ? 2 : 0) + (chord_changes(n) ? 1 : 0), 4);
    const std::uint64_t tune = lines_[4].sounding[at(n)];
    const int over = band::lowest_key(Player::melody) + (tune == 0 ? 0 : highest_of(tune));
    const int top = band::lowest_key(rolls::kAllPlayers[at(p)]) + high;
    to.one(tune == 0 || p == 4 ? 3 : top < over ? 0 : top == over ? 1 : 2, 4);
    to.one(strength(n) * kRelations + (harmony ? (low - root + 12) % 12 : 12), 4 * kRelations);
    int together = 0;
    for (int q = 0; q < kPlayers; ++q)
      together += q != p && lines_[at(q)].struck[at(n)] != 0 ? 1 : 0;
    to.one(together, 5);
  }

  int reach(int n, int next, int length) const {
    if (next < 0) return 0;
    const int gap = step_at(next) - step_at(n);
    return 2 * length <= gap ? 1 : length + 1 < gap ? 2 : length <= gap ? 3 : 4;
  }

  static int move(int semitones) { return std::clamp(semitones, -13, 13) + 14; }

  /// 0: the bar begins; 1: another beat; 2: an off-beat; 3: between.
  static int strength(int n) {
    const int place = n % kPlacesOfBar;
    return place == 0 ? 0 : place % band::kPlaces == 0 ? 1 : place % band::kPlaces == 3 ? 2 : 3;
  }

  void write_relations(int p, int n, int low, unsigned classes, Writer& to) const {
    for (int q = 0; q < kPlayers; ++q) {
      const std::uint64_t other = lines_[at(q)].sounding[at(n)];
      if (q == p || q == 0 || other == 0) {
        to.one(12, kRelations);
        to.none(2);
        continue;
      }
      to.one((low - lowest_of(other) + 4 * 12) % 12, kRelations);
      const unsigned theirs = classes_of(other);
      const unsigned beside = turned(theirs, 1) | turned(theirs, 11);
      to.one((classes & beside & ~theirs) != 0 ? 1 : 0, 2);
    }
  }

  void mark_strokes(int p, MarkedPhrase& out) const {
    const Line& line = lines_[at(p)];
    std::vector<int> places;
    for (int n = 0; n < kAllPlaces; ++n) {
      if (line.struck[at(n)] != 0) places.push_back(n);
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      const int n = places[i];
      const int last = i == 0 ? -1 : places[i - 1];
      const int next = i + 1 == places.size() ? -1 : places[i + 1];
      const int first = p == 0 ? 0 : kDrumMarks + (p - 1) * kPitchedMarks;
      Writer to(out.strokes[at(p)], first, p == 0 ? kDrumMarks : kPitchedMarks);
      if (p == 0)
        write_drum_stroke(n, last, to);
      else
        write_pitched_stroke(p, n, last, next, to);
      to.close();
      out.bar[at(p)].push_back(n / kPlacesOfBar);
    }
  }

  static bool is_bar(int bar) { return bar >= 0 && bar < kBars; }

  /// Strikes that two bars of a player share, and both bars' strikes; those of the first `later`
  /// places later.
  template <class Same>
  std::pair<int, int> shared(int p, int bar, int other, int later, Same same) const {
    int common = 0;
    int whole = 0;
    for (int i = 0; i < kPlacesOfBar; ++i) {
      const int from = i - later;
      const bool inside = from >= 0 && from < kPlacesOfBar;
      const std::uint64_t a = inside ? lines_[at(p)].struck[at(bar * kPlacesOfBar + from)] : 0;
      const std::uint64_t b = lines_[at(p)].struck[at(other * kPlacesOfBar + i)];
      whole += (a != 0 ? 1 : 0) + (b != 0 ? 1 : 0);
      common += a != 0 && b != 0 && same(a, b) ? 2 : 0;
    }
    return {common, whole};
  }

  /// Level 1 to 5 of what two bars share; 0 where there is no such bar.
  template <class Same>
  int likeness(int bar, int other, int first_player, int last_player, Same same) const {
    if (!is_bar(other)) return 0;
    int common = 0;
    int whole = 0;
    for (int p = first_player; p <= last_player; ++p) {
      const auto [alike, all] = shared(p, bar, other, 0, same);
      common += alike;
      whole += all;
    }
    return 1 + (whole == 0 ? 4 : 4 * common / whole);
  }

  /// Whether the other bar is most like this one as it is, or a beat later or earlier.
  int shift(int p, int bar, int other) const {
    if (!is_bar(other)) return 0;
    const int as_is = shared(p, bar, other, 0, same_keys).first;
    const int later = shared(p, bar, other, band::kPlaces, same_keys).first;
    const int earlier = shared(p, bar, other, -band::kPlaces, same_keys).first;
    const int most = std::max({as_is, later, earlier});
    return most == 0 ? 4 : as_is == most ? 1 : later == most ? 2 : 3;
  }

  int beginning(int p, int bar) const {
    int i = 0;
    while (i < kPlacesOfBar && lines_[at(p)].struck[at(bar * kPlacesOfBar + i)] == 0)
      ++i;
    if (i == kPlacesOfBar) return 0;
    return i == 0 ? 1 : i < band::kPlaces ? 2 : i == band::kPlaces ? 3 : 4;
  }

  static bool same_place(std::uint64_t, std::uint64_t) { return true; }
  static bool same_keys(std::uint64_t a, std::uint64_t b) { return a == b; }

  void mark_voice(int p, int bar, Marks& marks) const {
    int strokes = 0;
    for (int i = 0; i < kPlacesOfBar; ++i)
      strokes += lines_[at(p)].struck[at(bar * kPlacesOfBar + i)] != 0 ? 1 : 0;
    Writer to(marks, p * kVoiceMarks, kVoiceMarks);
    to.one(strokes > 0 ? 1 : 0, 2);
    to.one(std::min(strokes, 16), 17);
    to.one(beginning(p, bar), kBegins);
    for (const int away : kAway) {
      to.one(likeness(bar, bar + away, p, p, same_place), kLikenesses);
      to.one(likeness(bar, bar + away, p, p, same_keys), kLikenesses);
      to.one(shift(p, bar, bar + away), kShifts);
    }
    to.close();
  }

  static int family(const rolls::HalfBarChord& chord) {
    if (chord.tones == 0) return 3;
    const unsigned above = turned(chord.tones, chord.root % 12);
    return (above >> 4 & 1U) != 0 ? 0 : (above >> 3 & 1U) != 0 ? 1 : 2;
  }

  void mark_bar(int bar, Marks& marks) const {
    Writer to(marks, 0, kBarMarks);
    for (int half = 2 * bar; half < 2 * bar + 2; ++half) {
      const rolls::HalfBarChord& chord = roll_.chords[at(half)];
      to.one(chord.tones == 0 ? 12 : chord.root % 12, kRelations);
      to.one(family(chord), 4);
      const bool both = half > 0 && chord.tones != 0 && roll_.chords[at(half - 1)].tones != 0;
      to.one(both ? (chord.root + 12 - roll_.chords[at(half - 1)].root % 12) % 12 : 12, kRelations);
    }
    int who = 0;
    for (int p = 0; p < kPlayers; ++p) {
      for (int i = 0; i < kPlacesOfBar; ++i) {
        if (lines_[at(p)].struck[at(bar * kPlacesOfBar + i)] != 0) who |= 1 << p;
      }
    }
    to.one(who, 32);
    to.one(beats_ == band::kBeatsOfBar ? 0 : 1, 2);
    for (const int away : kAway) {
      to.one(likeness(bar, bar + away, 0, kPlayers - 1, same_place), kLikenesses);
      to.one(likeness(bar, bar + away, 1, kPlayers - 1, same_keys), kLikenesses);
    }
    to.close();
  }

  const rolls::Roll& roll_;
  BeatGrid grid_;
  int beats_ = band::kBeatsOfBar;
  std::array<Line, kPlayers> lines_;
};

}  // namespace

int stroke_marks() {
  return kDrumMarks + (kPlayers - 1) * kPitchedMarks;
}
int voice_marks() {
  return kPlayers * kVoiceMarks;
}
int bar_marks() {
  return kBarMarks;
}

MarkedPhrase marked(const rolls::Roll& roll) {
  return Marker(roll).marked();
}

}  // namespace cantus::band_critic
