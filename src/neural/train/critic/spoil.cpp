#include "neural/train/critic/spoil.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace cantus::critic {
namespace {

using Bars = std::vector<SheetBar>;

std::size_t at(Aspect aspect) {
  return static_cast<std::size_t>(aspect);
}

template <class T>
void shuffle(std::vector<T>& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[random.below(i)]);
}

SheetChord moved(const SheetChord& chord, int by) {
  SheetChord out = chord;
  by = ((by % 12) + 12) % 12;
  out.root = static_cast<std::int8_t>((chord.root + by) % 12);
  const unsigned tones = chord.tones;
  out.tones = static_cast<std::uint16_t>(((tones << by) | (tones >> (12 - by))) & 0xFFFU);
  return out;
}

/// A note before a bar's first ends where that begins: nothing sounds twice.
void cut_overlaps(Bars& bars) {
  SheetNote* last = nullptr;
  int last_at = 0;
  int start = 0;
  for (SheetBar& bar : bars) {
    for (SheetNote& note : bar.notes) {
      const int here = start + note.step;
      if (last != nullptr && last_at + last->length > here)
        last->length = static_cast<std::int16_t>(std::max(1, here - last_at));
      last = &note;
      last_at = here;
    }
    start += bar.steps;
  }
}

class Spoiler {
 public:
  Spoiler(const Sheet& sheet, Random random)
      : original_(sheet), random_(random), out_(unspoiled(sheet)), wrong_(sheet.bars.size()) {}

  std::optional<Spoiled> spoil(Fault fault) {
    if (bars().size() < 8) return std::nullopt;
    apply(fault);
    cut_overlaps(bars());
    if (out_.sheet == original_) return std::nullopt;
    return std::move(out_);
  }

 private:
  Bars& bars() { return out_.sheet.bars; }
  bool chance(double share) { return random_.uniform() < share; }
  int either(int a, int b) { return chance(0.5) ? a : b; }

  void apply(Fault fault) {
    using enum Aspect;
    switch (fault) {
      case Fault::wrong_notes:
        wrong_notes();
        return judge(melody, {harmony, form});
      case Fault::shuffled_notes:
        shuffled_notes();
        return judge(melody, {harmony, form});
      case Fault::other_chords:
        other_chords();
        return judge(harmony, {form});
      case Fault::moved_chords:
        moved_chords();
        return judge(harmony, {form});
      case Fault::late_onsets:
        late_onsets();
        return judge(rhythm, {melody, harmony, form});
      case Fault::other_lengths:
        other_lengths();
        return judge(rhythm, {melody, harmony, form});
      case Fault::shifted_bars:
        shifted_bars();
        return judge(rhythm, {melody, harmony, form});
      case Fault::exchanged_bars:
        exchanged_bars();
        return judge(form, {melody, harmony});
      case Fault::exchanged_sections:
        exchanged_sections();
        return judge(form, {melody, harmony});
      case Fault::moved_ending:
        moved_ending();
        return judge(form, {melody, harmony});
      case Fault::lost_returns:
        lost_returns();
        return judge(form, {melody, harmony});
      case Fault::shuffled_bars:
        shuffle(bars(), random_);
        wrong_.assign(wrong_.size(), true);
        return judge(form, {melody, harmony, rhythm});
    }
  }

  /// Marked bars are spoiled in `aspect` and as a whole; the open aspects are left open everywhere.
  void judge(Aspect aspect, std::initializer_list<Aspect> open) {
    for (const Aspect one : {Aspect::overall, aspect}) {
      out_.whole[at(one)] = Truth::spoiled;
      for (std::size_t b = 0; b < wrong_.size(); ++b)
        out_.bars[b][at(one)] = wrong_[b] ? Truth::spoiled : Truth::good;
    }
    for (const Aspect one : open) {
      out_.whole[at(one)] = Truth::open;
      for (auto& bar : out_.bars)
        bar[at(one)] = Truth::open;
    }
  }

  void wrong_notes() {
    for (std::size_t b = 0; b < bars().size(); ++b) {
      for (SheetNote& note : bars()[b].notes) {
        if (!chance(0.1)) continue;
        note.height = static_cast<std::int16_t>(note.height + either(1, -1) * either(1, 2));
        wrong_[b] = true;
      }
    }
  }

  void shuffled_notes() {
    for (std::size_t b = 0; b < bars().size(); ++b) {
      if (!chance(0.25)) continue;
      std::vector<std::int16_t> heights;
      for (const SheetNote& note : bars()[b].notes)
        heights.push_back(note.height);
      shuffle(heights, random_);
      for (std::size_t i = 0; i < heights.size(); ++i) {
        wrong_[b] = wrong_[b] || bars()[b].notes[i].height != heights[i];
        bars()[b].notes[i].height = heights[i];
      }
    }
  }

  void other_chords() {
    for (std::size_t b = 0; b < bars().size(); ++b) {
      if (!chance(1.0 / 6.0)) continue;
      const SheetBar& donor = original_.bars[random_.below(bars().size())];
      const bool taken = chance(0.5);
      const int by = either(2, -2) + (chance(0.3) ? 4 : 0);
      for (std::size_t i = 0; i < kMostBeats; ++i) {
        auto& chord = bars()[b].chords[i];
        if (!chord) continue;
        const auto before = chord;
        if (taken && donor.chords[0]) chord = donor.chords[0];
        if (!taken) chord = moved(*chord, by);
        wrong_[b] = wrong_[b] || chord != before;
      }
    }
  }

  void moved_chords() {
    struct Place {
      std::size_t bar, beat;
    };
    std::vector<Place> places;
    for (std::size_t b = 0; b < bars().size(); ++b) {
      for (int i = 0; i * kStepsPerBeat < bars()[b].steps && i < kMostBeats; ++i)
        places.push_back({b, static_cast<std::size_t>(i)});
    }
    const int bar_beats = std::max<int>(1, bars().front().steps / kStepsPerBeat);
    const int by =
        either(1, -1) * (chance(0.5) ? bar_beats : either(1, std::max(1, bar_beats / 2)));
    const int count = static_cast<int>(places.size());
    for (int i = 0; i < count; ++i) {
      const Place& to = places[static_cast<std::size_t>(i)];
      const Place& from = places[static_cast<std::size_t>(((i + by) % count + count) % count)];
      auto& chord = bars()[to.bar].chords[to.beat];
      chord = original_.bars[from.bar].chords[from.beat];
      if (chord != original_.bars[to.bar].chords[to.beat]) wrong_[to.bar] = true;
    }
  }

  void late_onsets() {
    for (std::size_t b = 0; b < bars().size(); ++b) {
      std::vector<SheetNote>& notes = bars()[b].notes;
      for (std::size_t i = 0; i < notes.size(); ++i) {
        if (!chance(0.125)) continue;
        const int to = notes[i].step + either(1, -1) * either(3, 6);
        const int lowest = i == 0 ? 0 : notes[i - 1].step + 1;
        const int highest = i + 1 < notes.size() ? notes[i + 1].step - 1 : bars()[b].steps - 1;
        if (to < lowest || to > highest) continue;
        notes[i].step = static_cast<std::int16_t>(to);
        wrong_[b] = true;
      }
    }
  }

  /// The steps from onset to onset in the bar, the last to its end, in another order.
  void other_lengths() {
    for (std::size_t b = 0; b < bars().size(); ++b) {
      std::vector<SheetNote>& notes = bars()[b].notes;
      if (notes.size() < 2 || !chance(0.25)) continue;
      std::vector<int> gaps;
      for (std::size_t i = 0; i < notes.size(); ++i)
        gaps.push_back((i + 1 < notes.size() ? notes[i + 1].step : bars()[b].steps) -
                       notes[i].step);
      const std::vector<int> before = gaps;
      shuffle(gaps, random_);
      int step = notes.front().step;
      for (std::size_t i = 0; i < notes.size(); ++i) {
        notes[i].step = static_cast<std::int16_t>(step);
        notes[i].length = static_cast<std::int16_t>(gaps[i]);
        step += gaps[i];
      }
      wrong_[b] = gaps != before;
    }
  }

  void shifted_bars() {
    for (std::size_t b = 0; b < bars().size(); ++b) {
      if (!chance(0.125) || bars()[b].notes.empty()) continue;
      std::vector<SheetNote> kept;
      for (SheetNote note : bars()[b].notes) {
        note.step = static_cast<std::int16_t>(note.step + kStepsPerBeat);
        if (note.step < bars()[b].steps) kept.push_back(note);
      }
      bars()[b].notes = std::move(kept);
      wrong_[b] = true;
    }
  }

  bool differ(std::size_t a, std::size_t b) const { return original_.bars[a] != original_.bars[b]; }

  void exchanged_bars() {
    for (std::size_t first = 0; first + 4 <= bars().size(); first += 8) {
      const std::size_t size = std::min<std::size_t>(8, bars().size() - first);
      for (int tries = 0; tries < 8; ++tries) {
        const std::size_t a = first + random_.below(size);
        const std::size_t b = first + random_.below(size);
        if (!differ(a, b)) continue;
        std::swap(bars()[a], bars()[b]);
        wrong_[a] = wrong_[b] = true;
        break;
      }
    }
  }

  /// The bars on both sides of the place before bar `b`.
  void cut_before(std::size_t b) {
    if (b > 0 && b <= wrong_.size()) wrong_[b - 1] = true;
    if (b < wrong_.size()) wrong_[b] = true;
  }

  void exchanged_sections() {
    const std::size_t size = bars().size() >= 24 ? 8 : 4;
    const std::size_t count = bars().size() / size;
    for (int tries = 0; tries < 16; ++tries) {
      const std::size_t a = size * random_.below(count);
      const std::size_t b = size * random_.below(count);
      std::size_t same = 0;
      for (std::size_t i = 0; i < size; ++i)
        same += differ(a + i, b + i) ? 0 : 1;
      if (2 * same > size) continue;
      std::swap_ranges(bars().begin() + static_cast<std::ptrdiff_t>(a),
                       bars().begin() + static_cast<std::ptrdiff_t>(a + size),
                       bars().begin() + static_cast<std::ptrdiff_t>(b));
      for (const std::size_t cut : {a, a + size, b, b + size})
        cut_before(cut);
      return;
    }
  }

  void moved_ending() {
    const std::size_t size = bars().size() >= 16 && chance(0.5) ? 8 : 4;
    std::ranges::rotate(bars(), bars().end() - static_cast<std::ptrdiff_t>(size));
    cut_before(0);
    cut_before(size);
    cut_before(bars().size());
  }

  void lost_returns() {
    for (std::size_t b = 1; b < bars().size(); ++b) {
      const auto end = original_.bars.begin() + static_cast<std::ptrdiff_t>(b);
      const bool returns = std::find(original_.bars.begin(), end, original_.bars[b]) != end;
      if (!returns || !chance(0.5)) continue;
      const std::size_t donor = random_.below(bars().size());
      if (!differ(b, donor)) continue;
      bars()[b] = original_.bars[donor];
      wrong_[b] = true;
    }
  }

  const Sheet& original_;
  Random random_;
  Spoiled out_;
  std::vector<bool> wrong_;
};

}  // namespace

Spoiled unspoiled(const Sheet& sheet) {
  Spoiled out{sheet, {}, {}};
  out.whole.fill(Truth::good);
  if (!sheet.has_chords()) out.whole[at(Aspect::harmony)] = Truth::open;
  out.bars.assign(sheet.bars.size(), out.whole);
  return out;
}

std::optional<Spoiled> spoil(const Sheet& sheet, Fault fault, Random random) {
  const bool of_chords = fault == Fault::other_chords || fault == Fault::moved_chords;
  if (of_chords && !sheet.has_chords()) return std::nullopt;
  return Spoiler(sheet, random).spoil(fault);
}

}  // namespace cantus::critic
