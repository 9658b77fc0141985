#include "neural/corpus/views.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "music/theory/chord_finding.h"
#include "music/theory/key_finding.h"
#include "music/theory/role_finding.h"

namespace cantus::corpus {
namespace {

using score::beats;
using score::Part;
using score::Piece;
using score::Role;
using score::Tick;
using score::TickLength;

constexpr int kFewestBars = 4;
constexpr std::size_t kFewestNotes = 8;

Piece without_parts(const Piece& piece) {
  Piece out = piece;
  out.parts.clear();
  return out;
}

Piece with_parts(const Piece& piece, std::vector<Part> parts) {
  Piece out = without_parts(piece);
  out.parts = std::move(parts);
  return out;
}

Part line_of(Part part, Role role) {
  part.notes = single_line(std::move(part.notes));
  part.role = role;
  return part;
}

double mean_key(const Part& part) {
  double sum = 0.0;
  for (const score::Note& note : part.notes)
    sum += note.pitch.key();
  return part.notes.empty() ? 0.0 : sum / static_cast<double>(part.notes.size());
}

const Part* highest(const Piece& piece) {
  const Part* best = nullptr;
  for (const Part& part : piece.parts) {
    if (part.is_drums() || part.notes.size() < kFewestNotes) continue;
    if (best == nullptr || mean_key(part) > mean_key(*best)) best = &part;
  }
  return best;
}

/// Touch is the performer's part (sound/perform), but for drums, whose pattern it makes.
void flatten_touch(Piece& piece) {
  for (Part& part : piece.parts) {
    if (part.is_drums()) {
      part.program = 0;
      continue;
    }
    for (score::Note& note : part.notes)
      note.velocity = score::kDefaultVelocity;
  }
}

void add(std::vector<ViewOfPiece>& views, View view, Piece piece) {
  const auto mood = theory::mood_of(piece);
  flatten_touch(piece);
  if (view == View::drums) {
    piece.keys.clear();
    piece.chords.clear();
  }
  views.push_back({view, std::move(piece), mood});
}

void add_lead(std::vector<ViewOfPiece>& views, const Piece& piece, const Part& melody) {
  add(views, View::lead, with_parts(piece, {line_of(melody, Role::melody)}));
}

void add_chords(std::vector<ViewOfPiece>& views, const Piece& piece) {
  if (piece.chords.size() >= 4) add(views, View::chords, without_parts(piece));
}

/// The first part that plays: over its chords, or alone.
void add_tune(std::vector<ViewOfPiece>& views, Piece piece) {
  const auto melody = std::ranges::find_if(
      piece.parts, [](const Part& part) { return part.notes.size() >= kFewestNotes; });
  if (melody == piece.parts.end()) return;
  const Part line = line_of(*melody, Role::melody);
  if (piece.chords.size() >= 4) {
    add_lead(views, piece, line);
    return add_chords(views, piece);
  }
  piece.chords.clear();
  add(views, View::melody, with_parts(piece, {line}));
}

void add_form(std::vector<ViewOfPiece>& views, const Piece& piece) {
  if (piece.sections.size() < 3) return;
  Piece form = without_parts(piece);
  form.chords.clear();
  add(views, View::form, form);
}

/// Some voice with words that is sung alone, and the part with the most notes besides.
void add_song(std::vector<ViewOfPiece>& views, const Piece& piece) {
  const auto voice = std::ranges::max_element(piece.parts, {},
                                              [](const Part& part) { return part.lyrics.size(); });
  if (voice == piece.parts.end() || voice->notes.size() < kFewestNotes) return;
  add_lead(views, piece, *voice);
  const Part* piano = nullptr;
  for (const Part& part : piece.parts) {
    if (&part == &*voice) continue;
    if (piano == nullptr || part.notes.size() > piano->notes.size()) piano = &part;
  }
  if (piano == nullptr || piano->notes.size() < 4 * kFewestNotes) return;
  Part accompaniment = *piano;
  accompaniment.role = Role::chords;
  add(views, View::song, with_parts(piece, {line_of(*voice, Role::melody), accompaniment}));
}

/// The fullest part of each role; two of the chord players.
std::vector<Part> band_of(const Piece& piece) {
  std::vector<Part> parts;
  for (const Role role :
       {Role::melody, Role::counter, Role::chords, Role::pad, Role::bass, Role::drums}) {
    std::vector<const Part*> players;
    for (const Part& part : piece.parts) {
      if (part.role == role && part.notes.size() >= kFewestNotes) players.push_back(&part);
    }
    std::ranges::stable_sort(players, std::ranges::greater{},
                             [](const Part* part) { return part->notes.size(); });
    const std::size_t keep = role == Role::chords ? 2 : 1;
    for (std::size_t i = 0; i < players.size() && i < keep; ++i) {
      const bool line = role == Role::melody || role == Role::bass || role == Role::counter;
      parts.push_back(line ? line_of(*players[i], role) : *players[i]);
    }
  }
  return parts;
}

void add_band(std::vector<ViewOfPiece>& views, Piece piece) {
  theory::assign_roles(piece);
  std::vector<Part> parts = band_of(piece);
  if (parts.size() < 2) return;
  const bool has_melody = parts.front().role == Role::melody;
  if (has_melody) add_lead(views, piece, parts.front());
  if (parts.back().is_drums()) {
    add(views, View::drums, with_parts(piece, {parts.back()}));
  }
  add(views, View::band, with_parts(piece, std::move(parts)));
}

void add_drums(std::vector<ViewOfPiece>& views, const Piece& piece) {
  for (const Part& part : piece.parts) {
    if (!part.is_drums() || part.notes.size() < kFewestNotes) continue;
    add(views, View::drums, with_parts(piece, {part}));
    return;
  }
}

void find_missing(Piece& piece, Genre genre) {
  if (genre == Genre::drumming) return;
  if (piece.keys.empty() || genre == Genre::band) {
    const auto modes = genre == Genre::tune || genre == Genre::lead_sheet
                           ? theory::KeyModes::folk
                           : theory::KeyModes::major_and_minor;
    if (const auto key = theory::find_key(piece, modes)) piece.keys = {{Tick(), *key}};
  }
  const bool harmonised = genre != Genre::tune && genre != Genre::lead_sheet;
  if (piece.chords.empty() && harmonised) piece.chords = theory::find_chords(piece);
}

/// What kind of music a piece of a mixed collection is.
Genre genre_of(const Piece& piece) {
  const auto plays = [](const Part& part) { return part.notes.size() >= kFewestNotes; };
  const auto drums = std::ranges::count_if(
      piece.parts, [&](const Part& part) { return plays(part) && part.is_drums(); });
  const auto players = std::ranges::count_if(piece.parts, plays);
  if (players > 1) return Genre::band;
  if (drums > 0) return Genre::drumming;
  return piece.chords.size() >= 4 ? Genre::lead_sheet : Genre::tune;
}

}  // namespace

std::vector<ViewOfPiece> views_of(const Piece& original, Genre genre) {
  if (genre == Genre::mixed) return views_of(original, genre_of(original));
  std::vector<ViewOfPiece> views;
  if (score::bars_of(original) < kFewestBars) return views;
  Piece piece = original;
  if (genre == Genre::band || genre == Genre::drumming) piece = straightened(piece);
  find_missing(piece, genre);
  piece = at_home(piece);
  switch (genre) {
    case Genre::mixed:
    case Genre::lead_sheet:
    case Genre::tune:
      add_tune(views, piece);
      break;
    case Genre::hymn:
      if (const Part* soprano = highest(piece)) add_lead(views, piece, *soprano);
      add_chords(views, piece);
      break;
    case Genre::art_song:
      add_song(views, piece);
      break;
    case Genre::band:
      add_band(views, std::move(piece));
      break;
    case Genre::drumming:
      add_drums(views, piece);
      break;
    case Genre::billboard:
    case Genre::phrase_labels:
      add_chords(views, piece);
      add_form(views, piece);
      break;
    case Genre::salami:
    case Genre::harmonix:
      add_form(views, piece);
      break;
  }
  return views;
}

std::vector<score::Note> single_line(std::vector<score::Note> notes) {
  std::erase_if(notes, [](const score::Note& note) { return note.grace; });
  std::ranges::stable_sort(notes, [](const score::Note& a, const score::Note& b) {
    return a.onset != b.onset ? a.onset < b.onset : a.pitch > b.pitch;
  });
  std::vector<score::Note> line;
  for (const score::Note& note : notes) {
    if (!line.empty() && line.back().onset == note.onset) continue;
    if (!line.empty() && line.back().end() > note.onset) {
      line.back().length = note.onset - line.back().onset;
    }
    line.push_back(note);
  }
  return line;
}

Piece at_home(const Piece& piece) {
  const auto key = score::key_at(piece, Tick());
  if (!key) return piece;
  return score::transposed(piece, -score::semitones_from_home(*key));
}

Piece straightened(const Piece& piece) {
  constexpr std::array<std::int64_t, 7> kOnsets = {0, 6, 8, 12, 16, 18, 24};
  constexpr std::array<std::int64_t, 18> kLengths = {2,  3,  4,  6,  8,  12, 16, 18,  24,
                                                     32, 36, 42, 48, 60, 72, 96, 144, 192};
  const auto nearest = [](std::span<const std::int64_t> places, double steps) {
    return *std::ranges::min_element(places, {}, [&](std::int64_t place) {
      return std::abs(static_cast<double>(place) - steps);
    });
  };
  constexpr std::int64_t kStep = score::kTicksPerBeat / 24;
  Piece out = piece;
  for (Part& part : out.parts) {
    std::map<std::pair<std::int64_t, int>, score::Note> kept;  // one note a place and key number
    for (score::Note note : part.notes) {
      const std::int64_t beat = note.onset.count() / score::kTicksPerBeat;
      const double inside = static_cast<double>(note.onset.count() % score::kTicksPerBeat) / kStep;
      note.onset = Tick() + beats(beat) + TickLength(nearest(kOnsets, inside) * kStep);
      const double steps = static_cast<double>(note.length.count()) / kStep;
      if (steps < 200) note.length = TickLength(nearest(kLengths, steps) * kStep);
      kept.emplace(std::pair(note.onset.count(), note.pitch.key()), note);
    }
    part.notes.clear();
    for (const auto& [place, note] : kept)
      part.notes.push_back(note);
  }
  score::tidy(out);
  return out;
}

}  // namespace cantus::corpus
