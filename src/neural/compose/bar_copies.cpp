#include "neural/compose/bar_copies.h"

#include <algorithm>

#include "neural/compose/chord_writer.h"

namespace cantus::compose {

using score::Note;
using score::Tick;

void copy_chords(const BarCopy& bars, std::vector<score::ChordSpan>& chords) {
  const std::vector<score::ChordSpan> earlier = chords;
  for (score::ChordSpan span : earlier) {
    const Tick from = std::max(span.onset, bars.words.start(bars.from));
    const Tick to = std::min(span.end(), bars.words.end(bars.from));
    if (from >= to) continue;
    span.onset = from + bars.by();
    span.length = std::min(to + bars.by(), bars.words.end(bars.to)) - span.onset;
    if (span.length > score::TickLength()) chords.push_back(span);
  }
}

void copy_notes(const BarCopy& bars, Tick limit, bool one_at_a_time, std::vector<Note>& notes) {
  const auto first = std::ranges::lower_bound(notes, bars.words.start(bars.from), {}, &Note::onset);
  const auto last = std::ranges::lower_bound(notes, bars.words.end(bars.from), {}, &Note::onset);
  std::vector<Note> copies(first, last);
  if (copies.empty()) return;
  Note& before = notes.back();
  const auto room = copies.front().onset + bars.by() - before.onset;
  if (one_at_a_time) before.length = std::min(before.length, room);
  for (Note& note : copies) {
    note.onset += bars.by();
    note.length = std::min(note.length, limit - note.onset);
    if (note.length > score::TickLength()) notes.push_back(note);
  }
}

bool starts_free(const BarCopy& bars, const std::vector<Note>& notes) {
  const auto first = std::ranges::lower_bound(notes, bars.words.start(bars.from), {}, &Note::onset);
  if (first == notes.end() || first->onset >= bars.words.end(bars.from)) return false;
  return notes.back().end() <= first->onset + bars.by();
}

bool would_come_home(
    const BarCopy& bars, const score::Piece& piece, std::size_t part, int tonic, bool plain) {
  const Tick start = bars.words.start(bars.from);
  const Tick end = start + (bars.words.end(bars.to) - bars.words.start(bars.to));
  const score::ChordSpan* span = score::chord_at(piece, end - score::TickLength(1));
  if (span == nullptr || span->chord.root.pitch_class().number() != tonic) return false;
  if (plain && !is_final(span->chord.quality)) return false;
  const Note* last = nullptr;
  for (const Note& note : piece.parts[part].notes) {
    if (note.onset >= start && note.onset < end) last = &note;
  }
  return last != nullptr && last->pitch.pitch_class().number() == tonic;
}

}  // namespace cantus::compose
