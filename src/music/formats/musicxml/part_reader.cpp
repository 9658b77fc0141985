#include "music/formats/musicxml/part_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "music/formats/musicxml/harmony.h"
#include "music/formats/musicxml/xml_values.h"

namespace cantus::formats::musicxml {
namespace {

constexpr int kUnknownDrum = 38;  // a snare drum
constexpr TickLength kGraceLength = score::beats(1, 2);
constexpr std::size_t kMostVoices = 64;
/// A bar that misses its metre by less is rounding.
constexpr TickLength kBarTolerance = score::beats(1, 96);

}  // namespace

void PartReader::read_bar(std::size_t index, pugi::xml_node measure) {
  index_ = index;
  shared_ = &score_.bars[index];
  bar_ = &part_.bars[index];
  cursor_.start_bar();
  last_start_ = last_length_ = TickLength();
  last_duration_ = 0;
  waiting_chords_ = 0;
  if (shared_->metre) metre_length_ = shared_->metre->bar_length();
  shared_->implicit |= std::string_view(measure.attribute("implicit").value()) == "yes";
  for (const pugi::xml_node element : measure.children())
    read_element(element);
  std::ranges::stable_sort(bar_->notes, {}, &WrittenNote::at);
}

void PartReader::read_element(pugi::xml_node element) {
  const std::string_view name = name_of(element);
  if (name == "note") {
    read_note_element(element);
  } else if (name == "backup" || name == "forward") {
    waiting_chords_ = 0;
    const double duration = number_in(content_of(element.child("duration"))).value_or(0);
    move(std::clamp(duration, 0.0, 1e12), name == "forward");
  } else if (name == "attributes") {
    read_attributes(element);
  } else if (name == "direction") {
    read_direction(element, offset_place(element), *shared_, *bar_);
  } else if (name == "sound") {
    read_sound(element, offset_place(element), *shared_, *bar_);
  } else if (name == "barline") {
    read_barline(element, *shared_);
  } else if (name == "harmony") {
    read_chord_symbol(element);
  }
}

TickLength PartReader::offset_place(pugi::xml_node element) const {
  const auto offset = number_in(content_of(element.child("offset")));
  if (!offset) return cursor_.at();
  Cursor place = cursor_;
  place.move(std::clamp(*offset, -1e12, 1e12));
  return place.at();
}

void PartReader::read_attributes(pugi::xml_node attributes) {
  if (const auto divisions = number_in(content_of(attributes.child("divisions")))) {
    if (*divisions > 0) {
      cursor_.set_divisions(*divisions);
    } else {
      warn("divisions that are not positive");
    }
  }
  if (const pugi::xml_node transpose = attributes.child("transpose")) {
    transposition_ = read_transposition(transpose);
  }
  if (const pugi::xml_node time = attributes.child("time")) {
    const auto metre = read_time(time);
    if (metre) metre_length_ = metre->bar_length();
    if (metre && !shared_->metre) shared_->metre = metre;
    shared_->unmeasured |= static_cast<bool>(time.child("senza-misura"));
  }
  const pugi::xml_node element = attributes.child("key");
  const auto key = read_key(element, transposition_);
  if (element && !key) warn("a key signature that is not counted in fifths");
  if (!key) return;
  // Drums and horns often carry an empty signature; the first part to say one is believed.
  auto written = *key;
  written.at = cursor_.at();
  if (std::ranges::find(shared_->keys, written.at, &WrittenKey::at) == shared_->keys.end()) {
    shared_->keys.push_back(written);
  }
}

void PartReader::read_chord_symbol(pugi::xml_node harmony) {
  const auto chord = musicxml::read_harmony(harmony);
  if (!chord) return;
  bar_->chords.push_back({offset_place(harmony), chord->chord});
  waiting_chords_ = harmony.child("offset") ? 0 : waiting_chords_ + 1;
}

/// Several symbols before one note are played under it one after the other: evenly where that
/// makes whole beats, else a beat each and the first the rest.
void PartReader::share_out_chords(TickLength length) {
  const std::size_t count = std::exchange(waiting_chords_, 0);
  if (count < 2) return;
  const auto parts = static_cast<std::int64_t>(count);
  const TickLength beat = score::beats(1);
  const bool beat_each = length.count() % (parts * beat.count()) != 0 && length >= beat * parts;
  const TickLength share = beat_each ? beat : TickLength(length.count() / parts);
  const TickLength first = length - share * (parts - 1);
  for (std::size_t i = 1; i < count; ++i) {
    WrittenChord& chord = bar_->chords[bar_->chords.size() - count + i];
    chord.at += first + share * static_cast<std::int64_t>(i - 1);
  }
}

void PartReader::move(double duration, bool forward) {
  if (!cursor_.move(forward ? duration : -duration)) {
    warn(forward ? "a <forward> beyond what a bar can be" : "a <backup> beyond the bar's start");
  }
  if (forward) reached(shared_->implicit);
}

void PartReader::reached(bool counts_beyond_metre) {
  TickLength end = cursor_.at();
  const TickLength off = end - metre_length_;
  if (std::abs(off.count()) < kBarTolerance.count()) end = metre_length_;
  if (!counts_beyond_metre) end = std::min(end, metre_length_);
  shared_->length = std::max(shared_->length, end);
}

void PartReader::read_note_element(pugi::xml_node element) {
  NoteElement note = read_note(element);
  if (!note.grace && !note.chord) {
    last_start_ = cursor_.at();
    last_duration_ = note.duration;
    cursor_.advance(note.duration, note.written_ticks());
    last_length_ = cursor_.at() - last_start_;
    share_out_chords(last_length_);
    const bool filler = note.rest && note.whole_bar;
    reached(!filler || shared_->implicit);
  }
  if (note.cue || note.rest) return;
  if (!note.step && !note.unpitched) {
    warn("a note without a pitch");
    return;
  }
  add_note(note);
}

void PartReader::add_note(NoteElement& note) {
  WrittenNote out;
  out.grace = note.grace;
  out.at = note.grace ? cursor_.at() : last_start_;
  if (note.grace) {
    const double ticks = note.written_ticks().value_or(static_cast<double>(kGraceLength.count()));
    out.length = TickLength(std::max(1LL, std::llround(ticks)));
  } else {
    const bool same = !note.chord || note.duration == last_duration_;
    out.length = same ? last_length_ : cursor_.length_of(note.duration);
  }
  for (WrittenLyric& lyric : note.lyrics) {
    lyric.at = out.at;
    bar_->lyrics.push_back(std::move(lyric));
  }
  if (out.length <= TickLength()) {
    warn("a note without a duration");
    return;
  }
  out.drum = note.unpitched;
  out.voice = voice_of(note);
  out.velocity = note.velocity;
  out.accent = note.accent;
  out.tie_start = note.tie_start && !note.grace;
  out.tie_stop = note.tie_stop && !note.grace;
  if (out.drum) {
    out.key = drum_of(note);
  } else {
    const auto written = score::Spelling::of(*note.step, note.alter);
    out.spelling = score::Spelling(written.fifths() + transposition_.fifths);
    // Without the alteration first: C flat is below the C it is written on.
    const int natural = score::Spelling::of(*note.step, 0).pitch_class().number();
    const int key = 12 * (note.octave + 1) + natural + note.alter + transposition_.semitones;
    if (key < 0 || key > 127) warn("a note outside the range of MIDI");
    out.key = score::Pitch::clamped(key).key();
    if (key != out.key) out.spelling = score::Spelling();
  }
  bar_->notes.push_back(out);
}

int PartReader::drum_of(const NoteElement& note) {
  const std::string_view id =
      note.instrument.empty() ? std::string_view(instruments_.first) : note.instrument;
  const Instrument* instrument = instruments_.find(id);
  if (instrument != nullptr && instrument->drum) return *instrument->drum;
  if (instrument != nullptr) {
    if (const auto named = drum_named(instrument->name)) return *named;
    if (const auto named = drum_named(instrument->sound)) return *named;
  }
  if (const auto named = drum_named(part_.name)) return *named;
  const auto placed = drum_at_place(note.step.value_or('E'), note.octave, note.cross);
  return placed.value_or(kUnknownDrum);
}

int PartReader::voice_of(const NoteElement& note) {
  const auto found = voices_.find(note.voice);
  if (found != voices_.end()) return found->second;
  if (part_.voices.size() >= kMostVoices) return 0;
  const int index = static_cast<int>(part_.voices.size());
  part_.voices.push_back({std::string(note.voice), note.staff});
  voices_.emplace(std::string(note.voice), index);
  return index;
}

}  // namespace cantus::formats::musicxml
