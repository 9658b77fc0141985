// The piece the language can say: everything on the grid, bars whole, roles numbered.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "neural/tokens/encode.h"

namespace cantus::tokens {
namespace {

using score::Tick;
using score::TickLength;

Tick on_grid(Tick at) {
  return Tick() + kStep * ((at.count() + kStep.count() / 2) / kStep.count());
}

TickLength on_grid(TickLength length) {
  return kStep * std::max<std::int64_t>(1, (length.count() + kStep.count() / 2) / kStep.count());
}

void express_notes(score::Part& part) {
  std::vector<score::Note> kept;
  for (score::Note note : part.notes) {
    const int drum = note.pitch.key();
    if (note.grace || (part.is_drums() && (drum < kLowestDrum || drum > kHighestDrum))) continue;
    note.onset = on_grid(note.onset);
    note.length = part.is_drums() ? kStep : on_grid(note.length);
    note.velocity = velocity_of(velocity_band(note.velocity));
    note.spelling.reset();
    note.voice = 0;
    kept.push_back(note);
  }
  part.notes = std::move(kept);
}

/// Keeps kPartsPerRole parts of each role, in the order of roles, each with notes.
void express_parts(score::Piece& piece) {
  std::erase_if(piece.parts, [](const score::Part& part) { return part.notes.empty(); });
  std::ranges::stable_sort(piece.parts, {}, &score::Part::role);
  std::array<int, score::kRoles> seen{};
  std::erase_if(piece.parts, [&](const score::Part& part) {
    return ++seen[static_cast<std::size_t>(part.role)] > kPartsPerRole;
  });
  for (score::Part& part : piece.parts) {
    express_notes(part);
    part.name.clear();
    part.lyrics.clear();
    part.program = std::clamp(part.program, 0, 127);
  }
  std::erase_if(piece.parts, [](const score::Part& part) { return part.notes.empty(); });
}

/// The chord as the language spells it: by pitch class, sharps and flats as in C.
score::Chord express(score::Chord chord) {
  const score::Key plain;
  chord.root = plain.spell(chord.root.pitch_class());
  if (chord.bass) chord.bass = plain.spell(chord.bass->pitch_class());
  if (chord.bass == chord.root) chord.bass.reset();
  return chord;
}

void express_chords(score::Piece& piece) {
  std::vector<score::ChordSpan> kept;
  for (score::ChordSpan span : piece.chords) {
    const Tick end = std::min(on_grid(span.end()), piece.end);
    span.onset = on_grid(span.onset);
    span.length = end - span.onset;
    span.chord = express(span.chord);
    if (span.length <= TickLength()) continue;
    if (!kept.empty() && kept.back().chord == span.chord && kept.back().end() == span.onset) {
      kept.back().length += span.length;
    } else {
      kept.push_back(span);
    }
  }
  piece.chords = std::move(kept);
}

/// Changes of key and tempo move to the start of their bar.
void express_maps(score::Piece& piece) {
  score::TempoMap tempo(tempo_of(tempo_value(piece.tempo.bpm_at(Tick()))));
  for (const score::TempoChange& change : piece.tempo.changes()) {
    const double bpm = tempo_of(tempo_value(change.bpm));
    const Tick at = piece.metre.bar_start_at(change.at);
    if (at < piece.end && tempo.bpm_at(at) != bpm) tempo.set(at, bpm);
  }
  score::TempoMap plain(tempo.bpm_at(Tick()));
  for (const score::TempoChange& change : tempo.changes()) {
    if (plain.bpm_at(change.at) != change.bpm) plain.set(change.at, change.bpm);
  }
  piece.tempo = plain;
  for (score::KeyChange& change : piece.keys) {
    change.at = piece.metre.bar_start_at(change.at);
    change.key = key_of(key_value(change.key));
  }
  std::erase_if(piece.keys, [&](const score::KeyChange& change) { return change.at >= piece.end; });
}

/// Metre changes that change nothing go, unless they cut a bar short.
void express_metre(score::Piece& piece) {
  const TickLength pickup = on_grid(piece.metre.pickup());
  score::MetreMap metre(piece.metre.changes().front().metre);
  if (piece.metre.pickup() > TickLength() && pickup < metre.metre_at(Tick()).bar_length()) {
    metre.set_pickup(pickup);
  }
  for (const score::MetreChange& change : piece.metre.changes()) {
    const Tick at = on_grid(change.at);
    if (at >= piece.end) continue;
    const bool starts_a_bar = metre.bar_start_at(at) == at;
    if (metre.metre_at(at) != change.metre || !starts_a_bar) metre.set(at, change.metre);
  }
  piece.metre = metre;
}

void express_sections(score::Piece& piece) {
  for (score::Section& section : piece.sections) {
    const Tick end = section.end();
    section.onset = piece.metre.bar_start_at(section.onset);
    section.length = (end >= piece.end ? piece.end : piece.metre.bar_start_at(end)) - section.onset;
    section.name = section_names()[static_cast<std::size_t>(section_from_text(section.name))];
  }
  std::erase_if(piece.sections,
                [](const score::Section& section) { return section.length <= TickLength(); });
  // A section lasts until the next: the language marks beginnings only.
  for (std::size_t i = 0; i < piece.sections.size(); ++i) {
    const Tick next = i + 1 < piece.sections.size() ? piece.sections[i + 1].onset : piece.end;
    piece.sections[i].length = next - piece.sections[i].onset;
  }
}

}  // namespace

score::Piece expressible(const score::Piece& piece) {
  score::Piece out = piece;
  out.title.clear();
  out.composer.clear();
  express_metre(out);
  express_parts(out);
  Tick last = out.end;
  for (const score::Part& part : out.parts) {
    for (const score::Note& note : part.notes)
      last = std::max(last, note.onset + TickLength(1));
  }
  if (last > Tick()) {
    const int bar = out.metre.bar_at(last - TickLength(1));
    out.end = out.metre.bar_start(bar + 1);
  }
  express_chords(out);
  express_maps(out);
  express_sections(out);
  score::tidy(out);
  // Notes may sound beyond the end; the end stays on its bar line.
  if (last > Tick()) out.end = out.metre.bar_start(out.metre.bar_at(last - TickLength(1)) + 1);
  return out;
}

}  // namespace cantus::tokens
