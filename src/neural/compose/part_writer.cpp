#include "neural/compose/part_writer.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "base/check.h"
#include "neural/tokens/announcements.h"

namespace cantus::compose {
namespace {

using score::Tick;
using tokens::Kind;
using tokens::token;

constexpr std::array<int, 17> kLengths = {3,  4,  6,  8,  12, 16,  18,  24, 36,
                                          48, 60, 72, 84, 96, 120, 144, 192};
constexpr float kFits = 3.0F;  ///< logits, from no chord note to all
constexpr float kFar = 0.35F;  ///< logits a step
constexpr int kLowestDrum = 35;
constexpr int kHighestDrum = 59;

int step_of(score::TickLength length) {
  return static_cast<int>(length.count() / tokens::kStep.count());
}

bool on(int grid, int position) {
  return grid == kFine ? position % 6 == 0 || position % 4 == 0 : position % grid == 0;
}

/// Whether a note of the scale rubs against a chord note that replaces it: G against G# in E major
/// when the key is A minor.
bool altered_by(const score::Chord& chord, const score::Key& key, score::PitchClass scale_note) {
  for (int p = 0; p < 12; ++p) {
    const score::PitchClass note(p);
    if (!chord.contains(note) || key.contains(note)) continue;
    const bool sharp = key.spell(note).alter() > 0;
    if (scale_note == note + (sharp ? -1 : 1)) return true;
  }
  return false;
}

}  // namespace

PartWriter::PartWriter(const PartRules& rules,
                       score::Piece& draft,
                       std::size_t part,
                       const BarPlace& place,
                       tokens::Token after)
    : rules_(rules),
      draft_(draft),
      notes_(draft.parts[part].notes),
      place_(place),
      after_(after),
      velocity_(tokens::velocity_band(score::kDefaultVelocity)) {
  starts_.push_back(place.upbeat_from);
  earliest_ = place.upbeat_from;
  for (const score::ChordSpan& span : draft.chords) {
    if (span.onset > place.start && span.onset < place.end) {
      starts_.push_back(step_of(span.onset - place.start));
    }
  }
  if (rules.one_at_a_time && !notes_.empty() && notes_.back().end() > place.start) {
    earliest_ = step_of(notes_.back().end() - place.start);
  }
}

Tick PartWriter::tick(int position) const {
  return place_.start + tokens::kStep * position;
}

const score::Note* PartWriter::before() const {
  return notes_.empty() ? nullptr : &notes_.back();
}

int PartWriter::next_start() const {
  if (rules_.must_start < 0) return length();
  for (const int start : starts_) {
    if (start > last_start_) return std::max(start, earliest_);
  }
  return length();
}

bool PartWriter::on_grid(int position) const {
  const bool learnt = rules_.harmony == Harmony::learnt;
  if (learnt && opens()) return position == place_.upbeat_from;
  if (place_.is_last && learnt && position > last_chance()) return false;
  if (place_.is_last && !learnt && last_start_ < 0) return position == earliest_;
  if (place_.is_last && !learnt) return std::ranges::find(starts_, position) != starts_.end();
  if (!place_.rhythm.empty()) {
    const Stroke* next = next_stroke();
    return next != nullptr && next->position == position;
  }
  if (comes_to_rest(position) && position > length() - 24) return false;
  const auto starts = std::ranges::find(starts_, position) != starts_.end();
  return on(rules_.grid, position) || starts;
}

const Stroke* PartWriter::next_stroke() const {
  for (const Stroke& stroke : place_.rhythm) {
    if (stroke.position > last_start_ && stroke.position >= earliest_) return &stroke;
  }
  return nullptr;
}

std::optional<int> PartWriter::echoed_key() const {
  if (want_ != Want::sound || notes_.empty() || place_.motif != Motif::none) return std::nullopt;
  if (!place_.rhythm.empty() && place_.rhythm.front().position == position_) {
    return place_.rhythm.front().key;
  }
  for (std::size_t i = 1; i < place_.rhythm.size(); ++i) {
    const Stroke& stroke = place_.rhythm[i];
    const Stroke& earlier = place_.rhythm[i - 1];
    if (stroke.position != position_ || earlier.position != last_start_) continue;
    return notes_.back().pitch.key() + stroke.key - earlier.key;
  }
  return std::nullopt;
}

/// Keeps of the sounds those that go on with the motif, if any do.
void PartWriter::keep_motif(std::span<std::uint8_t> allowed) const {
  if (place_.motif == Motif::none) return;
  const auto stroke = std::ranges::find(place_.rhythm, position_, &Stroke::position);
  if (stroke == place_.rhythm.end()) return;
  const auto at = static_cast<std::size_t>(stroke - place_.rhythm.begin());
  MotifSoFar so_far{.range = rules_.range, .tonic = tonic()};
  const Tick start = tick(place_.rhythm.front().position);
  const auto first = std::ranges::lower_bound(notes_, start, {}, &score::Note::onset);
  if (at > 0 && first != notes_.end()) so_far.first = first->pitch.key();
  std::vector<int> kept;
  for (int key = rules_.range.lowest; key <= rules_.range.highest; ++key) {
    const bool open = allowed[token(Kind::pitch, key)] != 0;
    if (open && keeps_motif(place_.motif, place_.rhythm, at, key, so_far)) kept.push_back(key);
  }
  if (kept.empty()) return;
  std::ranges::fill(allowed, std::uint8_t{0});
  for (const int key : kept)
    allowed[token(Kind::pitch, key)] = 1;
}

score::PitchClass PartWriter::tonic() const {
  const auto key = score::key_at(draft_, place_.start);
  return key ? key->tonic().pitch_class() : score::PitchClass(0);
}

/// Of the time of the bar that is moved by so many steps of the scale, the share on chord notes.
double PartWriter::fit_of_moved(int by) const {
  const score::PitchClass home = tonic();
  double fits = 0.0;
  double all = 0.0;
  for (const Stroke& stroke : place_.rhythm) {
    const int step = tokens::scale_step(stroke.key, home) + by;
    const Tick at = tick(stroke.position);
    all += stroke.length;
    for (int key = rules_.range.lowest; key <= rules_.range.highest; ++key) {
      if (tokens::scale_step(key, home) != step || !fits_chord(at, key)) continue;
      fits += stroke.length;
      break;
    }
  }
  return all > 0.0 ? fits / all : 0.0;
}

/// Where a moved bar begins, all of it is decided: it goes where it fits the chords, and rather a
/// step than far (two in five of people's are moved by one step, one in five by two).
void PartWriter::lean_moved(std::span<float> logits) const {
  if (place_.motif != Motif::moved || last_start_ >= 0 || place_.rhythm.empty()) return;
  const int from = tokens::scale_step(place_.rhythm.front().key, tonic());
  for (int key = rules_.range.lowest; key <= rules_.range.highest; ++key) {
    const int by = tokens::scale_step(key, tonic()) - from;
    logits[token(Kind::pitch, key)] +=
        kFits * static_cast<float>(fit_of_moved(by)) - kFar * static_cast<float>(std::abs(by));
  }
}

/// Past the middle of a phrase's last bar a melody starts nothing short, and in its last beat
/// nothing.
bool PartWriter::comes_to_rest(int position) const {
  return place_.ends_phrase && rules_.harmony == Harmony::melodic && 2 * position >= length();
}

bool PartWriter::fits_chord(Tick at, int key) const {
  const score::ChordSpan* span = score::chord_at(draft_, at);
  return span == nullptr || span->chord.contains(score::PitchClass(key));
}

bool PartWriter::fits_scale(Tick at, int key) const {
  const auto scale = score::key_at(draft_, at);
  if (!scale || !scale->contains(score::PitchClass(key))) return false;
  const score::ChordSpan* span = score::chord_at(draft_, at);
  return span == nullptr || !altered_by(span->chord, *scale, score::PitchClass(key));
}

bool PartWriter::repeats_too_often(int key) const {
  const auto most = static_cast<std::size_t>(rules_.most_repeats);
  if (notes_.size() < most) return false;
  return std::all_of(notes_.end() - rules_.most_repeats, notes_.end(),
                     [&](const score::Note& note) { return note.pitch.key() == key; });
}

bool PartWriter::melody_may(int position, int key) const {
  const Tick at = tick(position);
  const bool chord = fits_chord(at, key);
  const score::ChordSpan* span = score::chord_at(draft_, at);
  if (place_.is_last && span != nullptr) {
    const score::Note* last = before();
    return score::PitchClass(key) == span->chord.root.pitch_class() &&
           (last == nullptr || std::abs(key - last->pitch.key()) <= 12);
  }
  if (!chord && (std::ranges::find(starts_, position) != starts_.end() || !fits_scale(at, key))) {
    return false;
  }
  const score::Note* last = before();
  if (last == nullptr) return chord;
  const int leap = std::abs(key - last->pitch.key());
  if (leap > (chord ? 12 : 5)) return false;
  const bool unresolved = !fits_chord(last->onset, last->pitch.key());
  if (unresolved && leap > 2) return false;
  return !repeats_too_often(key);
}

/// The last beat of the piece's last bar, or of a bar in eighths its last three.
int PartWriter::last_chance() const {
  const bool in_eighths = draft_.metre.metre_at(place_.start).denominator >= 8;
  return std::max({0, length() - (in_eighths ? 36 : 24), earliest_ < length() ? earliest_ : 0});
}

/// Whether a piece may end on it: the root of the last chord, if any in range is.
bool PartWriter::is_final(int key) const {
  const score::ChordSpan* span = score::chord_at(draft_, place_.end - score::TickLength(1));
  return span == nullptr || score::PitchClass(key) == span->chord.root.pitch_class() ||
         rules_.range.highest - rules_.range.lowest < 12;
}

bool PartWriter::has_come_home() const {
  const score::Note* last = before();
  return last != nullptr && is_final(last->pitch.key()) &&
         (last_start_ >= 0 || last->end() > place_.start);
}

bool PartWriter::learnt_may(int position, int key) const {
  constexpr int kWidest = 19;
  if (place_.is_last && position >= last_chance() && !is_final(key)) return false;
  const score::Note* last = before();
  if (last == nullptr) return true;
  const int leap = std::abs(key - last->pitch.key());
  return leap <= kWidest && (place_.is_last || !repeats_too_often(key));
}

void PartWriter::lean(std::span<float> logits) const {
  if (!leans()) return;
  if (want_ == Want::onset) {
    const bool ends = place_.is_last && has_come_home();
    if (ends) logits[after_] += place_.leanings.ends;
    if (!ends && place_.ends_phrase && last_start_ >= 0) logits[after_] += place_.leanings.rests;
  }
  if (want_ == Want::length && place_.is_last && is_final(key_)) {
    for (int steps = std::max(1, length() - position_); steps <= tokens::kMostSteps; ++steps)
      logits[token(Kind::duration, steps - 1)] += place_.leanings.ends;
  }
  if (want_ == Want::length && !place_.is_last && place_.ends_phrase) {
    const int beat = draft_.metre.metre_at(place_.start).denominator >= 8 ? 36 : 24;
    for (int steps = 3 * beat / 2; steps <= tokens::kMostSteps; ++steps)
      logits[token(Kind::duration, steps - 1)] += place_.leanings.rests;
  }
  if (want_ != Want::sound) return;
  lean_moved(logits);
  const Tick at = tick(position_);
  const int beat = draft_.metre.metre_at(place_.start).denominator >= 8 ? 36 : 24;
  const bool starts = std::ranges::find(starts_, position_) != starts_.end();
  const score::ChordSpan* span = score::chord_at(draft_, at);
  MelodyPlace where;
  where.chord_place = starts                  ? ChordPlace::change
                      : position_ % beat == 0 ? ChordPlace::beat
                                              : ChordPlace::between;
  const score::Note* last = before();
  const std::size_t written = notes_.size();
  if (written >= 2) {
    where.move_before = notes_[written - 1].pitch.key() - notes_[written - 2].pitch.key();
    where.repeated = where.move_before == 0;
  }
  if (last != nullptr) where.from_foreign = !fits_chord(last->onset, last->pitch.key());
  for (int key = rules_.range.lowest; key <= rules_.range.highest; ++key) {
    where.chord_note = fits_chord(at, key);
    where.root = span != nullptr && span->chord.root.pitch_class() == score::PitchClass(key);
    where.scale_note = fits_scale(at, key);
    where.move = last == nullptr ? std::optional<int>() : key - last->pitch.key();
    float by = leaning_of(place_.leanings, where);
    if (place_.is_last && is_final(key)) by += place_.leanings.comes_home;
    logits[token(Kind::pitch, key)] += by;
  }
}

bool PartWriter::bass_may(int position, int key) const {
  const Tick at = tick(position);
  const score::ChordSpan* span = score::chord_at(draft_, at);
  const score::PitchClass note(key);
  const score::Note* last = before();
  const int leap = last == nullptr ? 0 : std::abs(key - last->pitch.key());
  if (leap > 12) return false;
  if (span == nullptr) return fits_scale(at, key);
  const bool starts =
      std::ranges::find(starts_, position) != starts_.end() || position == earliest_;
  const bool first = last_start_ < 0 || next_start() == position;
  if (starts && first) return note == span->chord.lowest().pitch_class();
  if (repeats_too_often(key)) return false;
  return span->chord.contains(note) || (fits_scale(at, key) && leap <= 2 && leap > 0);
}

/// A chord note that leaves room above for as many as a chord's start needs: they are written from
/// the lowest up.
bool PartWriter::chord_may(int position, int key) const {
  const Tick at = tick(position);
  if (score::chord_at(draft_, at) == nullptr || !fits_chord(at, key)) return false;
  if (std::ranges::find(starts_, position) == starts_.end()) return true;
  const int together = position == position_ ? together_ : 0;
  int above = 0;
  for (int other = key + 1; other <= rules_.range.highest; ++other)
    above += fits_chord(at, other);
  const bool narrow = rules_.range.highest - rules_.range.lowest < 14;
  return narrow || together + 1 + above >= rules_.fewest_at_start;
}

bool PartWriter::may_sound(int position, int key) const {
  if (key < rules_.range.lowest || key > rules_.range.highest) return false;
  if (position == position_ && together_ > 0 && key <= key_) return false;
  switch (rules_.harmony) {
    case Harmony::learnt:
      return learnt_may(position, key);
    case Harmony::melodic:
      return melody_may(position, key);
    case Harmony::chordal:
      return chord_may(position, key);
    case Harmony::rooted:
      return bass_may(position, key);
    case Harmony::none:
      break;
  }
  return true;
}

bool PartWriter::any_sound(int position) const {
  if (rules_.harmony == Harmony::none) return true;
  for (int key = rules_.range.lowest; key <= rules_.range.highest; ++key) {
    if (may_sound(position, key)) return true;
  }
  return false;
}

/// A note may last as long as it fits the chords under it, within the rules and before the next
/// place where this part must start anew.
int PartWriter::latest_end(int position, int key) const {
  int end = step_of(place_.limit - place_.start);
  if (rules_.must_start >= 0) {
    for (const int start : starts_) {
      if (start > position) end = std::min(end, start);
    }
    end = std::min(end, length());
  }
  if (rules_.harmony == Harmony::learnt) return std::min(end, position + rules_.longest);
  const auto after =
      std::ranges::upper_bound(draft_.chords, tick(position), {}, &score::ChordSpan::onset);
  for (auto span = after; span != draft_.chords.end() && span->onset < place_.limit; ++span) {
    if (span->chord.contains(score::PitchClass(key))) continue;
    end = std::min(end, step_of(span->onset - place_.start));
    break;
  }
  const bool passing = !fits_chord(tick(position), key);
  return std::min(end, position + (passing ? std::min(rules_.longest, 24) : rules_.longest));
}

void PartWriter::allow(std::span<std::uint8_t> allowed) const {
  std::ranges::fill(allowed, std::uint8_t{0});
  switch (want_) {
    case Want::onset:
      return allow_onset(allowed);
    case Want::sound:
      return allow_sound(allowed);
    case Want::length:
      return allow_length(allowed);
  }
}

void PartWriter::allow_onset(std::span<std::uint8_t> allowed) const {
  bool any = false;
  const int must = next_start();
  const int by = must + std::max(0, rules_.must_start);
  for (int position = earliest_; position < length() && position <= by; ++position) {
    if (position <= last_start_ || !on_grid(position)) continue;
    if (rules_.harmony == Harmony::rooted && position > must) continue;
    if (!any_sound(position)) continue;
    allowed[token(Kind::position, position)] = 1;
    any = true;
  }
  const bool starts = std::ranges::find(starts_, position_) != starts_.end();
  if (together_ > 0 && starts && together_ < rules_.fewest_at_start && any_sound(position_)) {
    std::ranges::fill(allowed, std::uint8_t{0});
    return allow_sound(allowed);
  }
  // More notes of the same chord or stroke.
  if (together_ > 0 && together_ < rules_.most_together) {
    if (rules_.harmony == Harmony::none) {
      allow_sound(allowed);
      if (!velocity_said_ && key_ < kHighestDrum) {
        for (int band = 1; band < tokens::kVelocityBands; ++band) {
          allowed[token(Kind::velocity, band)] = band != velocity_;
        }
      }
    } else if (any_sound(position_)) {
      allow_sound(allowed);
    }
  }
  const bool kept = place_.is_last || place_.rhythm.empty() || !any;
  const bool wrote = kept && (last_start_ >= 0 || earliest_ >= length());
  if (!any || (wrote && must >= length())) allowed[after_] = 1;
  if (rules_.harmony != Harmony::learnt || !any) return;
  // A melody may be silent for a bar, but keeps to a rhythm that it echoes, and ends at home.
  const bool keeps = !place_.is_last && !place_.rhythm.empty();
  const bool waits = place_.sounds && last_start_ < 0;
  allowed[after_] = !keeps && !opens() && !waits && (!place_.is_last || has_come_home());
}

void PartWriter::allow_sound(std::span<std::uint8_t> allowed) const {
  if (rules_.harmony == Harmony::none) {
    const int from = together_ > 0 ? key_ + 1 : kLowestDrum;
    for (int key = from; key <= kHighestDrum; ++key) {
      allowed[token(Kind::drum, key - tokens::kLowestDrum)] = 1;
    }
    if (rules_.touches && !velocity_said_ && want_ == Want::sound) {
      for (int band = 1; band < tokens::kVelocityBands; ++band) {
        allowed[token(Kind::velocity, band)] = band != velocity_;
      }
    }
    return;
  }
  for (int key = rules_.range.lowest; key <= rules_.range.highest; ++key) {
    if (may_sound(position_, key)) allowed[token(Kind::pitch, key)] = 1;
  }
  keep_motif(allowed);
}

void PartWriter::allow_length(std::span<std::uint8_t> allowed) const {
  const int most = std::clamp(latest_end(position_, key_) - position_, 1, tokens::kMostSteps);
  if (place_.is_last && rules_.harmony != Harmony::learnt) {
    allowed[token(Kind::duration, most - 1)] = 1;
    return;
  }
  for (const Stroke& stroke : place_.rhythm) {
    if (stroke.position != position_) continue;
    allowed[token(Kind::duration, std::clamp(stroke.length, 1, most) - 1)] = 1;
    return;
  }
  bool any = false;
  // Before the last chance to end, what is not final makes room for it.
  const bool last = place_.is_last && rules_.harmony == Harmony::learnt;
  const int until = last && !is_final(key_) ? std::max(position_ + rules_.shortest, last_chance())
                                            : std::numeric_limits<int>::max();
  const int shortest = comes_to_rest(position_) ? std::max(24, rules_.shortest) : rules_.shortest;
  for (const int steps : kLengths) {
    const bool fits = on(rules_.grid, position_ + steps) || steps == most;
    if (steps < shortest || steps > most || !fits || position_ + steps > until) continue;
    allowed[token(Kind::duration, steps - 1)] = 1;
    any = true;
  }
  if (!any) allowed[token(Kind::duration, std::clamp(until - position_, 1, most) - 1)] = 1;
}

void PartWriter::add_note(int key, int steps) {
  notes_.push_back(
      score::Note{tick(position_), tokens::kStep * steps, score::Pitch::clamped(key),
                  rules_.touches ? tokens::velocity_of(velocity_) : score::kDefaultVelocity});
  last_start_ = position_;
  earliest_ = rules_.one_at_a_time ? position_ + steps : position_ + 1;
  ++together_;
  velocity_said_ = false;
  want_ = Want::onset;
}

bool PartWriter::take(tokens::Token next) {
  if (next == after_ && want_ == Want::onset) return true;
  const tokens::Word w = tokens::word(next);
  switch (w.kind) {
    case Kind::position:
      position_ = w.value;
      together_ = 0;
      key_ = -1;
      velocity_said_ = false;
      want_ = Want::sound;
      return false;
    case Kind::velocity:
      velocity_ = w.value;
      velocity_said_ = true;
      want_ = Want::sound;
      return false;
    case Kind::drum:
      key_ = tokens::kLowestDrum + w.value;
      add_note(key_, 1);
      return false;
    case Kind::pitch:
      key_ = w.value;
      want_ = Want::length;
      return false;
    default:
      CANTUS_CHECK(w.kind == Kind::duration);
      add_note(key_, w.value + 1);
      return false;
  }
}

}  // namespace cantus::compose
