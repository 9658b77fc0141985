#include "neural/touch/line_score.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/check.h"
#include "neural/touch/filler.h"

namespace cantus::touch {
namespace {

using score::Tick;
using score::TickLength;

constexpr int kSlots = 8;  // sixteenths either side whose onsets are told

int gap_bucket(std::int64_t ticks) {
  constexpr std::array<std::int64_t, 7> kUpTo = {4, 6, 8, 12, 18, 24, 48};  // steps of the grid
  const auto place =
      std::ranges::find_if(kUpTo, [&](std::int64_t most) { return ticks <= most * kStep; });
  return static_cast<int>(place - kUpTo.begin());
}

double octaves(double semitones) {
  return std::clamp(semitones / 12.0, -2.0, 2.0);
}

}  // namespace

LineScore::LineScore(const score::Piece& piece,
                     const score::Part& part,
                     std::vector<LineNote> notes)
    : role_(part.role),
      program_(std::clamp(part.program, 0, 127)),
      notes_(std::move(notes)),
      bars_(piece, last_place(notes_)),
      tempo_(piece.tempo) {
  std::ranges::stable_sort(notes_, {},
                           [](const LineNote& note) { return std::pair(note.place, note.key); });
  for (std::size_t i = 0; i < notes_.size(); ++i) {
    const LineNote& note = notes_[i];
    if (moments_.empty() || moments_.back().place != note.place)
      moments_.push_back({note.place, i, i, note.place});
    Moment& moment = moments_.back();
    moment.last = i + 1;
    moment.end = std::max(moment.end, note.place + note.length);
    moment_of_.push_back(moments_.size() - 1);
  }
}

int LineScore::place_in_bar(std::size_t note) const {
  return bars_.place_in_bar(notes_[note].place);
}

int LineScore::bar_of(std::size_t note) const {
  return static_cast<int>(bars_.number_at(notes_[note].place));
}

/// After a beat of silence, or half a beat where two beats have passed since the last onset.
bool LineScore::begins_phrase(std::size_t moment) const {
  if (moment == 0) return true;
  const Moment& before = moments_[moment - 1];
  const TickLength rest = moments_[moment].place - before.end;
  return rest >= score::beats(1) ||
         (rest >= score::beats(1, 2) && moments_[moment].place - before.place >= score::beats(2));
}

LineScore::Phrase LineScore::phrase_of(std::size_t moment) const {
  const Tick own = moments_[moment].place;
  const TickLength reach = score::beats(kLineBeats);
  Phrase phrase;
  std::size_t first = moment;
  while (!begins_phrase(first) && own - moments_[first - 1].place <= reach)
    --first;
  phrase.since = begins_phrase(first) ? (own - moments_[first].place).beats() : double{kLineBeats};
  std::size_t last = moment;
  while (last + 1 < moments_.size() && moments_[last + 1].place - own <= reach &&
         !begins_phrase(last + 1))
    ++last;
  const bool goes_on = moments_[last].end + score::beats(1) > own + reach;
  phrase.until = goes_on ? double{kLineBeats} : (moments_[last].place - own).beats();
  return phrase;
}

LineFeatures LineScore::features(std::size_t note) const {
  const LineNote& own = notes_[note];
  const std::size_t at = moment_of_[note];
  const Moment& moment = moments_[at];
  const std::size_t bar_number = bars_.number_at(own.place);
  const ScoreBars::Bar& bar = bars_[bar_number];
  const std::int64_t inside = (own.place - bar.start).count();
  const std::int64_t beat = inside / score::kTicksPerBeat;
  const std::int64_t beats_a_bar = bar.metre.bar_length().count() / score::kTicksPerBeat;
  const auto in_beat = bars_.place_in_beat(own.place);
  LineFeatures features;
  Filler fill(features);
  fill.one_of(static_cast<int>(role_), score::kRoles);
  fill.one_of(program_ / 8, 16);
  fill.one_of(static_cast<int>(in_beat), 6);
  fill.one_of(static_cast<int>(std::min<std::int64_t>(beat, 5)), 6);
  fill.yes_or_no(beat + 1 >= beats_a_bar);
  fill.one_of(static_cast<int>(bar_number % 4), 4);
  const double bpm = std::clamp(tempo_.bpm_at(own.place), 40.0, 240.0);
  fill.number((bpm - 120.0) / 60.0);
  fill.number(120.0 / bpm - 1.0);
  fill.yes_or_no(bar.metre.bar_length() == score::beats(4));
  fill.yes_or_no(bar.metre.bar_length() == score::beats(3));
  fill.yes_or_no(bar.metre.pulse() == score::beats(3, 2));

  // The chord.
  const auto voices = static_cast<int>(moment.last - moment.first);
  fill.one_of(std::min(voices, 4) - 1, 4);
  const bool is_top = note + 1 == moment.last;
  const bool is_bottom = note == moment.first;
  fill.yes_or_no(voices > 1 && is_top);
  fill.yes_or_no(voices > 1 && is_bottom);
  fill.yes_or_no(!is_top && !is_bottom);

  // The rhythm around.
  float* heard = fill.room(2 * kSlots + 1);
  const TickLength reach(kSlots * kSixteenth);
  const auto slot_of = [&](std::size_t m) {
    return ((moments_[m].place - own.place).count() + reach.count() + kSixteenth / 2) / kSixteenth;
  };
  double near = 0.0;
  for (std::size_t m = at; m-- > 0 && own.place - moments_[m].place <= reach; near += 1.0)
    heard[slot_of(m)] = 1.0F;
  for (std::size_t m = at; m < moments_.size() && moments_[m].place - own.place <= reach;
       ++m, near += 1.0)
    heard[slot_of(m)] = 1.0F;
  fill.number(near / 16.0);
  const bool has_before = at > 0;
  const bool has_after = at + 1 < moments_.size();
  fill.one_of(has_before ? gap_bucket((own.place - moments_[at - 1].place).count()) : 7, 8);
  fill.one_of(has_after ? gap_bucket((moments_[at + 1].place - own.place).count()) : 7, 8);

  // The line: intervals where the neighbour lies within two bars or so.
  const auto interval = [&](bool there, std::size_t m) {
    const bool told = there && std::abs((moments_[m].place - own.place).count()) <=
                                   score::beats(kLineBeats / 2).count();
    const double by = told ? own.key - top(m) : 0.0;
    fill.number(octaves(by));
    fill.yes_or_no(told && by > 0.0);
    fill.yes_or_no(told && by == 0.0);
    fill.yes_or_no(told && by < 0.0);
    return by;
  };
  const double from = interval(has_before, has_before ? at - 1 : at);
  const double to = interval(has_after, has_after ? at + 1 : at);
  fill.yes_or_no(from > 0.0 && to > 0.0);  // a peak
  fill.yes_or_no(from < 0.0 && to < 0.0);
  fill.number(octaves(own.key - 60));
  double sum = 0.0;
  double count = 0.0;
  double lower = 0.0;
  const TickLength region = score::beats(kLineBeats / 2);
  const auto take = [&](const LineNote& other) {
    sum += other.key;
    count += 1.0;
    lower += other.key < own.key ? 1.0 : other.key == own.key ? 0.5 : 0.0;
  };
  for (std::size_t i = note; i-- > 0 && own.place - notes_[i].place <= region;)
    take(notes_[i]);
  for (std::size_t i = note; i < notes_.size() && notes_[i].place - own.place <= region; ++i)
    take(notes_[i]);
  fill.number(octaves(own.key - sum / count));
  fill.number(2.0 * lower / count - 1.0);

  // The phrase.
  const Phrase phrase = phrase_of(at);
  const double whole = phrase.since + phrase.until;
  const double where = whole > 0.0 ? phrase.since / whole : 0.5;
  fill.number(phrase.since / kLineBeats);
  fill.number(phrase.until / kLineBeats);
  fill.number(whole > 0.0 ? 4.0 * where * (1.0 - where) : 0.0);
  fill.number(2.0 * where - 1.0);
  fill.yes_or_no(phrase.since == 0.0);
  fill.yes_or_no(phrase.until == 0.0);
  fill.yes_or_no(phrase.since >= kLineBeats);
  fill.yes_or_no(phrase.until >= kLineBeats);
  CANTUS_CHECK(fill.is_full());
  return features;
}

}  // namespace cantus::touch
