#include "neural/corpus/casting.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "music/theory/role_finding.h"
#include "neural/corpus/views.h"

namespace cantus::corpus {
namespace {

using score::Note;
using score::Part;
using score::Piece;
using score::Role;
using score::Tick;
using score::TickLength;

constexpr int kTimpani = 47;
constexpr int kFirstEffect = 112;  // bells, drums and noises that General MIDI counts as programs
constexpr int kHighestBass = 55;   // of a piano's left hand
constexpr int kBassTone = 2;       // semitones above the lowest of a pulse that are still the bass
constexpr std::size_t kMostPlayers = 2;  // of chords, and of the pad
constexpr double kHeldBeats = 1.5;
constexpr double kBassBelow = 57.0;  // on average; what plays higher is no bass, whatever its name

struct Slice {
  const Part* part = nullptr;
  std::vector<Note> notes;
  Doing does;
  bool taken = false;
};

bool is_pad_program(int program) {
  return (program >= 48 && program <= 52) || (program >= 88 && program <= 95);
}

/// Places and pitch classes of what is played, to see who doubles whom.
std::set<std::pair<std::int64_t, int>> strikes_of(const std::vector<Note>& notes) {
  std::set<std::pair<std::int64_t, int>> strikes;
  for (const Note& note : notes)
    strikes.emplace(note.onset.count(), note.pitch.pitch_class().number());
  return strikes;
}

bool doubles(const std::vector<Note>& notes, const std::vector<Note>& other) {
  const auto mine = strikes_of(notes);
  const auto theirs = strikes_of(other);
  const auto shared =
      std::ranges::count_if(mine, [&](const auto& strike) { return theirs.contains(strike); });
  return static_cast<double>(shared) >= 0.75 * static_cast<double>(mine.size());
}

std::vector<Note> lowest_line(std::vector<Note> notes) {
  std::ranges::stable_sort(notes, [](const Note& a, const Note& b) {
    return a.onset != b.onset ? a.onset < b.onset : a.pitch < b.pitch;
  });
  std::vector<Note> line;
  for (const Note& note : notes) {
    if (!line.empty() && line.back().onset == note.onset) continue;
    if (!line.empty() && line.back().end() > note.onset) {
      line.back().length = note.onset - line.back().onset;
    }
    line.push_back(note);
  }
  return line;
}

/// What of `notes` begins no note of the line.
std::vector<Note> without(const std::vector<Note>& notes, const std::vector<Note>& line) {
  std::set<std::pair<std::int64_t, int>> taken;
  for (const Note& note : line)
    taken.emplace(note.onset.count(), note.pitch.key());
  std::vector<Note> rest;
  for (const Note& note : notes) {
    if (!taken.contains({note.onset.count(), note.pitch.key()})) rest.push_back(note);
  }
  return rest;
}

bool is_melodious(const Doing& does) {
  return does.voices < 1.4 && does.mean_key >= 55.0 && does.movement >= 0.4 &&
         does.mean_beats < kHeldBeats && does.strikes_a_beat < 4.5;
}

/// How far a line stands out where the piece's own melody rests.
double prominence(const Slice& slice) {
  double mean_velocity = 0.0;
  for (const Note& note : slice.notes)
    mean_velocity += note.velocity;
  mean_velocity /= static_cast<double>(slice.notes.size());
  const double arpeggio = std::max(0.0, slice.does.mean_interval - 4.0);
  return (slice.does.mean_key - 60.0) / 12.0 + slice.does.movement - 0.3 * arpeggio +
         mean_velocity / 64.0 - (slice.part->role == Role::chords ? 0.5 : 0.0);
}

bool plays_pad(const Slice& slice) {
  const Doing& does = slice.does;
  if (does.mean_beats >= (is_pad_program(slice.part->program) ? 1.0 : kHeldBeats)) return true;
  return does.voices < 1.4 && does.strikes_a_beat <= 2.0 && does.mean_beats >= 0.45 &&
         does.mean_interval <= 4.0 && does.movement >= 0.5;
}

/// The phrase's cast as it grows.
class Stage {
 public:
  Stage(std::vector<Slice> slices, TickLength pulse) : slices_(std::move(slices)), pulse_(pulse) {}

  void cast_drums() {
    std::vector<Note> notes;
    for (Slice& slice : slices_) {
      if (!slice.part->is_drums()) continue;
      notes.insert(notes.end(), slice.notes.begin(), slice.notes.end());
      slice.taken = true;
    }
    put(Role::drums, std::move(notes), 0);
  }

  void cast_bass() {
    Slice* bass = fullest([](const Slice& slice) {
      return slice.part->role == Role::bass && slice.does.mean_key < kBassBelow;
    });
    if (bass == nullptr) bass = lowest_line_player();
    if (bass == nullptr) return;
    bass->taken = true;
    put(Role::bass, lowest_line(bass->notes), bass->part->program);
  }

  void cast_melody() {
    Slice* melody = fullest([](const Slice& slice) {
      return slice.part->role == Role::melody && slice.does.mean_key >= 48.0;
    });
    if (melody == nullptr) melody = most_prominent();
    if (melody == nullptr) return;
    melody->taken = true;
    std::vector<Note> line = single_line(melody->notes);
    std::vector<Note> below = without(melody->notes, line);
    put(Role::melody, std::move(line), melody->part->program);
    if (melody->does.voices >= 1.4) put(Role::chords, std::move(below), melody->part->program);
  }

  void cast_others() {
    std::vector<Slice*> others;
    for (Slice& slice : slices_) {
      if (!slice.taken) others.push_back(&slice);
    }
    std::ranges::stable_sort(others, std::ranges::greater{},
                             [](const Slice* slice) { return slice->notes.size(); });
    for (const Slice* slice : others) {
      const Role role = plays_pad(*slice) ? Role::pad : Role::chords;
      const auto same = std::ranges::count(parts_, role, &Part::role);
      if (same >= static_cast<std::ptrdiff_t>(kMostPlayers)) continue;
      if (!is_doubling(slice->notes)) put(role, slice->notes, slice->part->program);
    }
  }

  /// A song: the melody is the singer's, the rest the piano's.
  void cast_song() {
    std::vector<Note> piano;
    for (Slice& slice : slices_) {
      if (slice.part->role == Role::melody) {
        put(Role::melody, single_line(slice.notes), slice.part->program);
      } else if (slice.part->role == Role::chords) {
        piano.insert(piano.end(), slice.notes.begin(), slice.notes.end());
      } else {
        put(Role::counter, slice.notes, slice.part->program);
      }
    }
    TwoHands hands = two_hands(std::move(piano), pulse_);
    put(Role::bass, std::move(hands.bass), 0);
    put(Role::chords, std::move(hands.rest), 0);
  }

  std::vector<Part> parts() { return std::move(parts_); }

 private:
  void put(Role role, std::vector<Note> notes, int program) {
    if (notes.empty()) return;
    Part part;
    part.role = role;
    part.program = program;
    part.notes = std::move(notes);
    parts_.push_back(std::move(part));
  }

  bool is_doubling(const std::vector<Note>& notes) const {
    return std::ranges::any_of(
        parts_, [&](const Part& part) { return !part.is_drums() && doubles(notes, part.notes); });
  }

  Slice* fullest(auto&& qualifies) {
    Slice* best = nullptr;
    for (Slice& slice : slices_) {
      if (slice.taken || !qualifies(slice)) continue;
      if (best == nullptr || slice.notes.size() > best->notes.size()) best = &slice;
    }
    return best;
  }

  Slice* lowest_line_player() {
    Slice* best = nullptr;
    for (Slice& slice : slices_) {
      if (slice.taken || slice.does.voices >= 1.4 || slice.does.mean_key >= 52.0) continue;
      if (slice.part->role == Role::melody) continue;
      if (best == nullptr || slice.does.mean_key < best->does.mean_key) best = &slice;
    }
    return best;
  }

  Slice* most_prominent() {
    Slice* best = nullptr;
    for (Slice& slice : slices_) {
      if (slice.taken || slice.part->role == Role::pad || !is_melodious(slice.does)) continue;
      if (is_doubling(slice.notes)) continue;
      if (best == nullptr || prominence(slice) > prominence(*best)) best = &slice;
    }
    return best;
  }

  std::vector<Slice> slices_;
  TickLength pulse_;
  std::vector<Part> parts_;
};

/// The singer's part is the melody, what is without words the piano.
std::vector<Part> song_parts(const Piece& piece) {
  const auto voice = std::ranges::max_element(piece.parts, {},
                                              [](const Part& part) { return part.lyrics.size(); });
  if (voice == piece.parts.end() || voice->lyrics.empty()) return {};
  std::vector<Part> parts;
  for (const Part& part : piece.parts) {
    if (part.is_drums()) continue;
    parts.push_back(part);
    parts.back().role = &part == &*voice      ? Role::melody
                        : part.lyrics.empty() ? Role::chords
                                              : Role::counter;
  }
  return parts;
}

std::vector<Part> band_parts(const Piece& piece) {
  Piece roles = piece;
  std::erase_if(roles.parts, [](const Part& part) {
    return part.notes.empty() ||
           (!part.is_drums() && (part.program == kTimpani || part.program >= kFirstEffect));
  });
  theory::assign_roles(roles);
  std::erase_if(roles.parts, [](const Part& part) { return part.role == Role::other; });
  return roles.parts.size() < 2 ? std::vector<Part>() : std::move(roles.parts);
}

/// First violin, second, viola, cello; other chamber music as a band.
std::vector<Part> chamber_parts(const Piece& piece) {
  if (piece.parts.size() != 4) return band_parts(piece);
  std::vector<Part> parts = piece.parts;
  parts[0].role = Role::melody;
  parts[1].role = Role::counter;
  parts[2].role = Role::counter;
  parts[3].role = Role::bass;
  return parts;
}

std::vector<Part> drum_parts(const Piece& piece) {
  std::vector<Part> parts = piece.parts;
  std::erase_if(parts, [](const Part& part) { return !part.is_drums(); });
  return parts;
}

}  // namespace

Doing doing_of(const std::vector<Note>& notes) {
  Doing out;
  if (notes.empty()) return out;
  double sounding = 0.0;
  double covered = 0.0;
  double weighted = 0.0;
  double moved = 0.0;
  std::size_t strikes = 0;
  std::size_t moves = 0;
  Tick reached;
  const auto line = single_line(notes);
  for (const Note& note : notes) {
    sounding += note.length.beats();
    weighted += note.length.beats() * note.pitch.key();
    covered += std::max(0.0, (note.end() - std::max(note.onset, reached)).beats());
    reached = std::max(reached, note.end());
  }
  for (std::size_t i = 1; i < line.size(); ++i) {
    const int by = std::abs(line[i].pitch.key() - line[i - 1].pitch.key());
    moved += by;
    moves += by > 0 ? 1 : 0;
  }
  strikes = line.size();
  out.mean_key = weighted / sounding;
  out.voices = sounding / covered;
  out.mean_beats = sounding / static_cast<double>(notes.size());
  out.strikes_a_beat = static_cast<double>(strikes) / covered;
  const double steps = std::max(1.0, static_cast<double>(strikes) - 1.0);
  out.mean_interval = moved / steps;
  out.movement = static_cast<double>(moves) / steps;
  return out;
}

TwoHands two_hands(std::vector<Note> notes, TickLength pulse) {
  std::ranges::stable_sort(notes, [](const Note& a, const Note& b) {
    return a.onset != b.onset ? a.onset < b.onset : a.pitch < b.pitch;
  });
  std::vector<Note> low;
  for (std::size_t first = 0; first < notes.size();) {
    const std::int64_t number = notes[first].onset.count() / pulse.count();
    std::size_t end = first;
    int lowest = 127;
    for (; end < notes.size() && notes[end].onset.count() / pulse.count() == number; ++end)
      lowest = std::min(lowest, notes[end].pitch.key());
    for (std::size_t i = first; i < end; ++i) {
      const Note& note = notes[i];
      const int key = note.pitch.key();
      if (key >= kHighestBass || key > lowest + kBassTone) continue;
      const bool is_above_held =
          !low.empty() && low.back().end() > note.onset && low.back().pitch.key() + kBassTone < key;
      if (!is_above_held) low.push_back(note);
    }
    first = end;
  }
  TwoHands hands;
  hands.bass = lowest_line(low);
  hands.rest = without(notes, hands.bass);
  return hands;
}

Casting::Casting(const Piece& piece, Genre genre) : piece_(piece) {
  is_song_ = genre == Genre::art_song;
  parts_ = is_song_                   ? song_parts(piece)
           : genre == Genre::drumming ? drum_parts(piece)
           : genre == Genre::hymn     ? chamber_parts(piece)
                                      : band_parts(piece);
}

Piece Casting::whole() const {
  Piece out;
  out.metre = piece_.metre;
  out.parts = parts_;
  out.end = piece_.end;
  return out;
}

Piece Casting::phrase(Tick from, Tick to) const {
  std::vector<Slice> slices;
  for (const Part& part : parts_) {
    Slice slice;
    slice.part = &part;
    const auto first = std::ranges::lower_bound(part.notes, from, {}, &Note::onset);
    for (auto note = first; note != part.notes.end() && note->onset < to; ++note) {
      slice.notes.push_back(*note);
      slice.notes.back().onset = Tick() + (note->onset - from);
    }
    if (slice.notes.empty()) continue;
    slice.does = doing_of(slice.notes);
    slices.push_back(std::move(slice));
  }
  const score::Metre metre = piece_.metre.metre_at(from);
  Stage stage(std::move(slices), metre.pulse());
  if (is_song_) {
    stage.cast_song();
  } else {
    stage.cast_drums();
    stage.cast_bass();
    stage.cast_melody();
    stage.cast_others();
  }
  Piece out;
  out.metre = score::MetreMap(metre);
  out.tempo = score::TempoMap(piece_.tempo.bpm_at(from));
  out.end = Tick() + (to - from);
  out.parts = stage.parts();
  for (score::ChordSpan span : piece_.chords) {
    if (span.end() <= from || span.onset >= to) continue;
    const Tick start = std::max(span.onset, from);
    span.length = std::min(span.end(), to) - start;
    span.onset = Tick() + (start - from);
    out.chords.push_back(span);
  }
  return out;
}

}  // namespace cantus::corpus
