#include "music/formats/musicxml/rhythm.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>

namespace cantus::formats::musicxml {
namespace {

using score::TickLength;
using Count = std::int64_t;

constexpr Count kBeat = score::kTicksPerBeat;
constexpr Count kShortest = kBeat / 32;  // a 128th note
/// Steps of a beat that note values can write: 128th notes, and those of 3:2, 5:4 and 7:4 tuplets.
constexpr Count kSteps[] = {kBeat / 32, kBeat / 48, kBeat / 40, kBeat / 56};
constexpr Count kFallbackStep = kBeat / 24;

struct TypeRow {
  std::string_view name;
  Count length;
};
constexpr TypeRow kTypes[] = {
    {"breve", 8 * kBeat}, {"whole", 4 * kBeat},  {"half", 2 * kBeat},
    {"quarter", kBeat},   {"eighth", kBeat / 2}, {"16th", kBeat / 4},
    {"32nd", kBeat / 8},  {"64th", kBeat / 16},  {"128th", kBeat / 32},
};

std::string_view type_of(Count length) {
  const auto* found = std::ranges::find(kTypes, length, &TypeRow::length);
  return found == std::ranges::end(kTypes) ? std::string_view() : found->name;
}

struct Value {
  std::string_view type;
  int dots = 0;
  Count length = 0;
};

/// The value of just this length, with at most two dots.
std::optional<Value> exact_value(Count length) {
  for (const TypeRow& row : kTypes) {
    for (int dots = 0; dots <= 2; ++dots) {
      const Count pieces = Count{1} << dots;
      if (row.length % pieces != 0) continue;
      const Count dotted = 2 * row.length - row.length / pieces;
      if (dotted == length) return Value{row.name, dots, length};
    }
  }
  return std::nullopt;
}

/// The first of several tied values for a length that no single one has: to the next beat where
/// it starts off the beat, else the longest that fits.
Value first_value(Count at, Count length) {
  const Count to_beat = kBeat - at % kBeat;
  const Count room = to_beat < kBeat && to_beat < length ? to_beat : length;
  if (const auto whole = exact_value(room)) return *whole;
  for (const TypeRow& row : kTypes) {
    if (row.length <= room) return Value{row.name, 0, row.length};
  }
  return Value{{}, 0, length};
}

/// A stretch of a bar that one tuplet fills; `actual` 1 for plain values.
struct Span {
  Count start = 0;
  Count length = 0;
  int actual = 1;
  int normal = 1;
};

class Speller {
 public:
  explicit Speller(std::span<const TickLength> boundaries) : boundaries_(boundaries) {}

  std::vector<NoteValue> spell() {
    if (boundaries_.size() < 2) return {};
    const Count end = boundaries_.back().count();
    for (Count at = 0; at < end;) {
      const Count length = span_length(at, end - at);
      divide(at, length);
      at += length;
    }
    for (const Span& span : spans_)
      write(span);
    return std::move(values_);
  }

 private:
  /// All boundaries strictly inside are multiples of `step` from the span's start.
  bool fits(Count start, Count length, Count step) const {
    return std::all_of(after(start), before(start + length),
                       [&](TickLength at) { return (at.count() - start) % step == 0; });
  }
  std::span<const TickLength>::iterator after(Count place) const {
    return std::ranges::upper_bound(boundaries_, TickLength(place));
  }
  std::span<const TickLength>::iterator before(Count place) const {
    return std::ranges::lower_bound(boundaries_, TickLength(place));
  }
  bool is_boundary(Count place) const {
    return std::ranges::binary_search(boundaries_, TickLength(place));
  }

  /// Four or two beats for broad triplets, otherwise a beat; less at the end of an odd bar.
  Count span_length(Count at, Count left) const {
    for (const Count length : {4 * kBeat, 2 * kBeat}) {
      const bool aligned = at % length == 0 && length <= left;
      if (aligned && !fits(at, length, kShortest) && fits(at, length, length / 3)) return length;
    }
    Count length = kBeat;
    while (length > left && length > kShortest)
      length /= 2;
    return std::min(length, left);
  }

  /// Finds the tuplet of a span, or those of its halves.
  void divide(Count start, Count length) {
    if (fits(start, length, kShortest)) return add({start, length});
    const Count half = length / 2;
    const bool halves = length % 2 == 0 && half >= kBeat / 8 && is_boundary(start + half);
    if (halves && (fits(start, half, kShortest) || fits(start + half, half, kShortest))) {
      divide(start, half);
      divide(start + half, half);
      return;
    }
    for (const auto& [actual, normal] : {std::pair{3, 2}, {5, 4}, {7, 4}}) {
      if (fits(start, length, kShortest * normal / actual)) {
        return add({start, length, actual, normal});
      }
    }
    add({start, length});
  }

  void add(Span span) {
    const bool plain = span.actual == 1 && !spans_.empty() && spans_.back().actual == 1;
    if (plain) {
      spans_.back().length += span.length;
    } else {
      spans_.push_back(span);
    }
  }

  void write(const Span& span) {
    const std::size_t first = values_.size();
    const auto events = after(span.start) - boundaries_.begin();
    for (auto i = static_cast<std::size_t>(events - 1); i + 1 < boundaries_.size(); ++i) {
      const Count from = std::max(boundaries_[i].count(), span.start);
      const Count to = std::min(boundaries_[i + 1].count(), span.start + span.length);
      if (from >= to) break;
      write_event(i, from, to, span);
    }
    if (span.actual == 1 || values_.size() == first) return;
    values_[first].tuplet_starts = true;
    values_.back().tuplet_stops = true;
  }

  void write_event(std::size_t event, Count from, Count to, const Span& span) {
    const Count origin = span.actual == 1 ? 0 : span.start;
    while (from < to) {
      const Count at = (from - origin) * span.actual / span.normal;
      const Count written = (to - from) * span.actual / span.normal;
      const auto whole = exact_value(written);
      const Value value = whole ? *whole : first_value(at, written);
      Count length = value.length * span.normal / span.actual;
      if (length <= 0 || value.type.empty()) length = to - from;
      NoteValue note{event, TickLength(from), TickLength(length), value.type, value.dots};
      if (span.actual != 1) {
        note.actual = span.actual;
        note.normal = span.normal;
        note.normal_type = type_of(span.length / span.normal);
      }
      values_.push_back(note);
      from += length;
    }
  }

  std::span<const TickLength> boundaries_;
  std::vector<Span> spans_;
  std::vector<NoteValue> values_;
};

}  // namespace

BarGrid::BarGrid(std::span<const TickLength> places) {
  std::map<Count, unsigned> misses;  // by beat: the steps that do not hold all its places
  for (const TickLength place : places) {
    unsigned& missed = misses[place.count() / kBeat];
    for (std::size_t i = 0; i < std::size(kSteps); ++i) {
      if (place.count() % kBeat % kSteps[i] != 0) missed |= 1U << i;
    }
  }
  for (const auto& [beat, missed] : misses) {
    std::size_t i = 0;
    while (i < std::size(kSteps) && (missed & (1U << i)) != 0)
      ++i;
    steps_[beat] = i < std::size(kSteps) ? kSteps[i] : kFallbackStep;
  }
}

TickLength BarGrid::step_at(TickLength place) const {
  const auto found = steps_.find(place.count() / kBeat);
  return TickLength(found == steps_.end() ? kShortest : found->second);
}

TickLength BarGrid::nearest(TickLength place) const {
  const Count step = step_at(place).count();
  return TickLength((place.count() + step / 2) / step * step);
}

std::vector<NoteValue> note_values(std::span<const TickLength> boundaries) {
  return Speller(boundaries).spell();
}

std::string_view nearest_type(TickLength length) {
  const auto off = [&](const TypeRow& row) { return std::abs(row.length - length.count()); };
  return std::ranges::min_element(kTypes, {}, off)->name;
}

}  // namespace cantus::formats::musicxml
