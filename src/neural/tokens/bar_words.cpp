#include "neural/tokens/bar_words.h"

#include <algorithm>
#include <array>

namespace cantus::tokens {
namespace {

using score::Tick;
using score::TickLength;

int steps(TickLength length) {
  return static_cast<int>(length.count() / kStep.count());
}

void add(std::vector<Token>& out, Kind kind, int value = 0) {
  out.push_back(token(kind, value));
}

void add_bar(std::vector<Token>& out, int left) {
  add(out, Kind::bar, std::min(left, kMostBarsCounted) - 1);
  if (left > kMostBarsCounted)
    add(out, Kind::left, std::min(left, kMostBarsLeft) - kMostBarsCounted - 1);
}

void add_chord(std::vector<Token>& out, const score::Chord& chord) {
  add(out, Kind::root, chord.root.pitch_class().number());
  add(out, Kind::quality, static_cast<int>(chord.quality));
  if (chord.bass) add(out, Kind::over, chord.bass->pitch_class().number());
}

void add_note(std::vector<Token>& out, const score::Note& note, bool drum) {
  if (drum) return add(out, Kind::drum, note.pitch.key() - kLowestDrum);
  add(out, Kind::pitch, note.pitch.key());
  int left = steps(note.length);
  for (; left > kMostSteps; left -= kMostSteps)
    add(out, Kind::duration, kMostSteps - 1);
  add(out, Kind::duration, left - 1);
}

}  // namespace

BarWords::BarWords(const score::Piece& piece)
    : piece_(piece), starts_(piece.metre.bar_starts(piece.end)) {
  std::array<int, score::kRoles> seen{};
  for (const score::Part& part : piece.parts) {
    const auto role = static_cast<std::size_t>(part.role);
    names_.push_back(static_cast<int>(role) * kPartsPerRole + seen[role]++);
  }
}

Tick BarWords::end(int bar) const {
  return bar + 1 < bars() ? start(bar + 1) : piece_.end;
}

Tick BarWords::origin(int bar) const {
  const TickLength pickup = piece_.metre.pickup();
  if (bar > 0 || pickup <= TickLength()) return start(bar);
  return start(bar) - (piece_.metre.metre_at(start(bar)).bar_length() - pickup);
}

std::vector<Token> BarWords::header(const Heading& heading) const {
  std::vector<Token> out;
  const auto condition = [&](Kind kind, std::optional<int> value) {
    if (value) add(out, kind, *value);
  };
  add(out, Kind::style, heading.style);
  condition(Kind::valence, heading.valence);
  condition(Kind::arousal, heading.arousal);
  condition(Kind::density, heading.density);
  condition(Kind::height, heading.height);
  add(out, Kind::metre, *metre_value(piece_.metre.metre_at(Tick())));
  add(out, Kind::tempo, tempo_value(piece_.tempo.bpm_at(Tick())));
  if (const auto key = score::key_at(piece_, Tick())) add(out, Kind::key, key_value(*key));
  for (std::size_t i = 0; i < piece_.parts.size(); ++i) {
    out.push_back(name(i));
    add(out, Kind::program, piece_.parts[i].program);
  }
  if (heading.chords_last) add(out, Kind::chords_last);
  return out;
}

std::vector<Token> BarWords::opening(int bar) const {
  std::vector<Token> out;
  const Tick at = start(bar);
  for (const score::Section& section : piece_.sections) {
    if (section.onset == at) add(out, Kind::section, section_from_text(section.name));
  }
  if (origin(bar) < at) {
    add(out, Kind::pickup);
    add(out, Kind::position, steps(at - origin(bar)));
  }
  add_bar(out, bars_left(bar));
  if (at == Tick()) return out;
  for (const score::MetreChange& change : piece_.metre.changes()) {
    if (change.at == at) add(out, Kind::metre, *metre_value(change.metre));
  }
  for (const score::KeyChange& change : piece_.keys) {
    if (change.at == at) add(out, Kind::key, key_value(change.key));
  }
  for (const score::TempoChange& change : piece_.tempo.changes()) {
    if (change.at == at) add(out, Kind::tempo, tempo_value(change.bpm));
  }
  return out;
}

int BarWords::bars_left(int bar) const {
  Tick stop = piece_.end;
  for (const score::Section& section : piece_.sections) {
    if (section.onset > start(bar)) {
      stop = section.onset;
      break;
    }
  }
  const auto left = std::ranges::lower_bound(starts_, stop) - starts_.begin() - bar;
  return static_cast<int>(left);
}

std::vector<Token> BarWords::chords(int bar) const {
  std::vector<Token> out;
  const Tick from_bar = start(bar);
  const Tick to_bar = end(bar);
  const auto stop_at = [&](Tick at) {
    add(out, Kind::position, steps(at - origin(bar)));
    add(out, Kind::no_chord);
  };
  Tick silent = from_bar;
  const auto first =
      std::ranges::upper_bound(piece_.chords, from_bar, {}, &score::ChordSpan::onset);
  auto span = first == piece_.chords.begin() ? first : std::prev(first);
  for (; span != piece_.chords.end() && span->onset < to_bar; ++span) {
    if (span->end() <= from_bar) continue;
    const Tick from = std::max(span->onset, from_bar);
    if (from > silent && silent > from_bar) stop_at(silent);
    if (from > from_bar) add(out, Kind::position, steps(from - origin(bar)));
    add_chord(out, span->chord);
    silent = span->end();
  }
  if (silent > from_bar && silent < to_bar) stop_at(silent);
  return out;
}

std::span<const score::Note> BarWords::notes_of(std::size_t part, int bar) const {
  const auto& notes = piece_.parts[part].notes;
  const auto first = std::ranges::lower_bound(notes, start(bar), {}, &score::Note::onset);
  const auto last = std::ranges::lower_bound(first, notes.end(), end(bar), {}, &score::Note::onset);
  return {first, last};
}

score::PitchClass BarWords::tonic(int bar) const {
  const auto key = score::key_at(piece_, start(bar));
  return key ? key->tonic().pitch_class() : score::PitchClass(0);
}

std::vector<Token> BarWords::notes(std::size_t part, int bar) const {
  const auto notes = notes_of(part, bar);
  std::vector<Token> out;
  if (notes.empty()) return out;
  out.push_back(name(part));
  int velocity = velocity_band(score::kDefaultVelocity);
  int position = -1;
  for (const score::Note& note : notes) {
    const int at = steps(note.onset - origin(bar));
    if (at != position) add(out, Kind::position, position = at);
    const int band = velocity_band(note.velocity);
    if (band != velocity) add(out, Kind::velocity, velocity = band);
    add_note(out, note, piece_.parts[part].is_drums());
  }
  return out;
}

}  // namespace cantus::tokens
