#include "music/score/piece.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace cantus::score {
namespace {

constexpr std::array<std::string_view, kRoles> kRoleNames = {"melody", "counter", "chords", "pad",
                                                             "bass",   "drums",   "other"};

auto order_of(const Note& note) {
  return std::tuple(note.onset, !note.grace, note.pitch, note.length, note.voice, note.velocity);
}

/// Sorts spans by onset, ends each where the next starts and drops what is left without length.
template <class Span>
void tidy_spans(std::vector<Span>& spans) {
  std::ranges::stable_sort(spans, {}, &Span::onset);
  for (std::size_t i = 0; i + 1 < spans.size(); ++i) {
    spans[i].length = std::min(spans[i].length, spans[i + 1].onset - spans[i].onset);
  }
  std::erase_if(spans, [](const Span& span) { return span.length <= TickLength(); });
}

/// One key a tick, the last one said; repetitions of the key in force go.
void tidy_keys(std::vector<KeyChange>& keys) {
  std::ranges::stable_sort(keys, {}, &KeyChange::at);
  std::vector<KeyChange> kept;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i + 1 < keys.size() && keys[i + 1].at == keys[i].at) continue;
    if (kept.empty() || kept.back().key != keys[i].key) kept.push_back(keys[i]);
  }
  keys = std::move(kept);
}

void tidy_notes(std::vector<Note>& notes) {
  std::erase_if(notes, [](const Note& note) { return note.length <= TickLength(); });
  for (Note& note : notes)
    note.velocity = std::clamp(note.velocity, 1, 127);
  std::ranges::stable_sort(notes, {}, order_of);
}

Spelling moved(Spelling spelling, int semitones) {
  int fifths = spelling.fifths() + transposed(Key{0, Mode::major}, semitones).fifths;
  if (fifths > 12) fifths -= 12;
  if (fifths < -12) fifths += 12;
  return Spelling(fifths);
}

}  // namespace

std::string_view to_text(Role role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<Role> role_from_text(std::string_view text) {
  const auto found = std::ranges::find(kRoleNames, text);
  if (found == kRoleNames.end()) return std::nullopt;
  return static_cast<Role>(found - kRoleNames.begin());
}

void tidy(Piece& piece) {
  for (Part& part : piece.parts) {
    tidy_notes(part.notes);
    std::ranges::stable_sort(
        part.lyrics, {}, [](const Lyric& lyric) { return std::tuple(lyric.onset, lyric.verse); });
    for (const Note& note : part.notes)
      piece.end = std::max(piece.end, note.grace ? note.onset : note.end());
  }
  tidy_spans(piece.chords);
  tidy_spans(piece.sections);
  tidy_keys(piece.keys);
  if (!piece.chords.empty()) piece.end = std::max(piece.end, piece.chords.back().end());
  if (!piece.sections.empty()) piece.end = std::max(piece.end, piece.sections.back().end());
}

Tick sounding_end(const Piece& piece) {
  Tick end = piece.end;
  for (const Part& part : piece.parts) {
    for (const Note& note : part.notes) {
      if (!note.grace) end = std::max(end, note.end());
    }
  }
  return end;
}

double seconds_of(const Piece& piece) {
  return piece.tempo.seconds_at(sounding_end(piece));
}

int bars_of(const Piece& piece) {
  if (piece.end <= Tick()) return 0;
  return std::max(0, piece.metre.bar_at(piece.end - TickLength(1)));
}

std::size_t note_count(const Piece& piece) {
  std::size_t count = 0;
  for (const Part& part : piece.parts)
    count += part.notes.size();
  return count;
}

std::optional<Key> key_at(const Piece& piece, Tick at) {
  const auto after = std::ranges::upper_bound(piece.keys, at, {}, &KeyChange::at);
  if (after == piece.keys.begin()) return std::nullopt;
  return std::prev(after)->key;
}

const ChordSpan* chord_at(const Piece& piece, Tick at) {
  const auto after = std::ranges::upper_bound(piece.chords, at, {}, &ChordSpan::onset);
  if (after == piece.chords.begin()) return nullptr;
  const ChordSpan& before = *std::prev(after);
  return at < before.end() ? &before : nullptr;
}

Piece transposed(const Piece& piece, int semitones) {
  Piece out = piece;
  for (Part& part : out.parts) {
    if (part.is_drums()) continue;
    for (Note& note : part.notes) {
      int key = note.pitch.key() + semitones;
      while (key < 0)
        key += 12;
      while (key > 127)
        key -= 12;
      note.pitch = Pitch::clamped(key);
      if (note.spelling) note.spelling = moved(*note.spelling, semitones);
    }
  }
  for (ChordSpan& span : out.chords) {
    span.chord.root = moved(span.chord.root, semitones);
    if (span.chord.bass) span.chord.bass = moved(*span.chord.bass, semitones);
  }
  for (KeyChange& change : out.keys)
    change.key = transposed(change.key, semitones);
  return out;
}

}  // namespace cantus::score
