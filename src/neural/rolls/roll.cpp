#include "neural/rolls/roll.h"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>

namespace cantus::rolls {
namespace {

using score::Note;
using score::Part;
using score::Piece;
using score::Role;
using score::Tick;
using score::TickLength;

constexpr std::array<std::string_view, kPlayers> kNames = {"drums", "bass", "chords", "pad",
                                                           "melody"};
constexpr std::array<Role, kPlayers> kRolesOfPlayers = {Role::drums, Role::bass, Role::chords,
                                                        Role::pad, Role::melody};
constexpr std::array<int, kPlayers> kPrograms = {0, 33, 0, 48, 73};
constexpr std::array<score::Metre, 3> kMetres = {{{4, 4}, {3, 4}, {6, 8}}};

/// Whole steps nearest to a length, which may be negative.
std::int64_t nearest_step(TickLength length) {
  const std::int64_t step = kStep.count();
  const std::int64_t shifted = length.count() + step / 2;
  return shifted >= 0 ? shifted / step : -((-shifted + step - 1) / step);
}

/// Where the phrase starts, if its bars are four whole ones of one metre that the piece reaches.
std::optional<Tick> start_of_phrase(const Piece& piece, int first_bar) {
  if (first_bar < 0) return std::nullopt;
  const Tick start = piece.metre.bar_start(first_bar + 1);
  const score::Metre metre = piece.metre.metre_at(start);
  if (!has_roll_metre(metre)) return std::nullopt;
  for (int bar = 0; bar <= kBars; ++bar) {
    const Tick at = start + metre.bar_length() * bar;
    if (piece.metre.bar_start(first_bar + 1 + bar) != at) return std::nullopt;
    if (bar < kBars && piece.metre.metre_at(at) != metre) return std::nullopt;
  }
  const Tick last = start + metre.bar_length() * (kBars - 1);
  return score::sounding_end(piece) > last ? std::optional(start) : std::nullopt;
}

void add_notes(const Part& part, Tick start, int steps, std::vector<RollNote>& notes) {
  constexpr std::int64_t kLongest = std::numeric_limits<std::int16_t>::max();
  for (const Note& note : part.notes) {
    if (note.grace) continue;
    const std::int64_t onset = nearest_step(note.onset - start);
    if (onset < 0 || onset >= steps) continue;
    const std::int64_t length = std::clamp<std::int64_t>(nearest_step(note.length), 1, kLongest);
    notes.push_back({static_cast<std::int16_t>(onset), static_cast<std::int16_t>(length),
                     static_cast<std::uint8_t>(note.pitch.key()),
                     static_cast<std::uint8_t>(std::clamp(note.velocity, 0, 127) / 16)});
  }
}

HalfBarChord half_bar_chord(const score::ChordSpan* span) {
  HalfBarChord out;
  if (span == nullptr) return out;
  out.tones = static_cast<std::uint16_t>(span->chord.pitch_classes().to_ulong());
  out.root = static_cast<std::uint8_t>(span->chord.root.pitch_class().number());
  out.bass = static_cast<std::uint8_t>(span->chord.lowest().pitch_class().number());
  return out;
}

void tidy_player(std::vector<RollNote>& notes) {
  std::ranges::sort(notes, [](const RollNote& a, const RollNote& b) {
    return std::tuple(a.onset, a.key, -a.band, -a.length) <
           std::tuple(b.onset, b.key, -b.band, -b.length);
  });
  const auto again = std::ranges::unique(notes, [](const RollNote& a, const RollNote& b) {
    return a.onset == b.onset && a.key == b.key;
  });
  notes.erase(again.begin(), again.end());
  std::array<std::int16_t, 128> next;  // onset of the key's next note
  next.fill(std::numeric_limits<std::int16_t>::max());
  for (std::size_t i = notes.size(); i-- > 0;) {
    RollNote& note = notes[i];
    std::int16_t& after = next[note.key & 127U];
    note.length =
        std::min<std::int16_t>(note.length, static_cast<std::int16_t>(after - note.onset));
    after = note.onset;
  }
}

}  // namespace

std::string_view to_text(Player player) {
  return kNames[static_cast<std::size_t>(player)];
}

std::optional<Player> player_from_text(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Player>(found - kNames.begin());
}

Role role_of(Player player) {
  return kRolesOfPlayers[static_cast<std::size_t>(player)];
}

std::optional<Player> player_of(Role role) {
  if (role == Role::counter) return Player::pad;
  const auto found = std::ranges::find(kRolesOfPlayers, role);
  if (found == kRolesOfPlayers.end()) return std::nullopt;
  return static_cast<Player>(found - kRolesOfPlayers.begin());
}

void tidy(Roll& roll) {
  for (std::vector<RollNote>& notes : roll.players)
    tidy_player(notes);
}

Roll transposed(const Roll& roll, int semitones) {
  Roll out = roll;
  for (const Player player : kAllPlayers) {
    if (player == Player::drums || out.of(player).empty()) continue;
    const auto [low, high] = std::ranges::minmax(out.of(player), {}, &RollNote::key);
    int by = semitones;
    while (low.key + by < 0)
      by += 12;
    while (high.key + by > 127)
      by -= 12;
    for (RollNote& note : out.of(player))
      note.key = static_cast<std::uint8_t>(std::clamp(note.key + by, 0, 127));
  }
  const int up = ((semitones % 12) + 12) % 12;
  for (HalfBarChord& chord : out.chords) {
    if (chord.tones == 0) continue;
    chord.tones =
        static_cast<std::uint16_t>(((chord.tones << up) | (chord.tones >> (12 - up))) & 0xFFF);
    chord.root = static_cast<std::uint8_t>((chord.root + up) % 12);
    chord.bass = static_cast<std::uint8_t>((chord.bass + up) % 12);
  }
  return out;
}

std::vector<Cell> cells_of(const Roll& roll, Player player) {
  const int steps = roll.steps();
  std::vector<Cell> cells(static_cast<std::size_t>(steps) * 128);  // [step][key]
  const auto at = [&](int step, int key) -> Cell& {
    return cells[static_cast<std::size_t>(step) * 128 + static_cast<std::size_t>(key)];
  };
  for (const RollNote& note : roll.of(player)) {
    if (note.onset < 0 || note.onset >= steps || note.key > 127) continue;
    for (int step = note.onset; step < steps && at(step, note.key).held; ++step)
      at(step, note.key) = Cell();
    at(note.onset, note.key) = {true, false, note.band};
    const int end = std::min(steps, note.onset + note.length);
    for (int step = note.onset + 1; step < end; ++step)
      at(step, note.key) = {false, true, note.band};
  }
  return cells;
}

bool has_roll_metre(score::Metre metre) {
  return std::ranges::find(kMetres, metre) != kMetres.end();
}

bool starts_phrase(const Piece& piece, int first_bar) {
  return start_of_phrase(piece, first_bar).has_value();
}

std::optional<Roll> roll_of(const Piece& piece, int first_bar) {
  const auto start = start_of_phrase(piece, first_bar);
  if (!start) return std::nullopt;
  Roll roll;
  roll.metre = piece.metre.metre_at(*start);
  for (const Part& part : piece.parts) {
    if (const auto player = player_of(part.role)) {
      add_notes(part, *start, roll.steps(), roll.of(*player));
    }
  }
  tidy(roll);
  const TickLength half = kStep * (roll.bar_steps() / 2);
  for (std::size_t i = 0; i < roll.chords.size(); ++i) {
    const Tick at = *start + half * static_cast<std::int64_t>(i);
    roll.chords[i] = half_bar_chord(score::chord_at(piece, at));
  }
  return roll;
}

std::vector<Part> parts_of(const Roll& roll, Tick from) {
  std::vector<Part> parts;
  for (const Player player : kAllPlayers) {
    if (roll.of(player).empty()) continue;
    Part part;
    part.name = to_text(player);
    part.role = role_of(player);
    part.program = kPrograms[static_cast<std::size_t>(player)];
    for (const RollNote& note : roll.of(player)) {
      Note out;
      out.onset = from + kStep * note.onset;
      out.length = kStep * note.length;
      out.pitch = score::Pitch::clamped(note.key);
      out.velocity = note.band * 16 + 8;
      part.notes.push_back(out);
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

Piece piece_of(const Roll& roll, double bpm) {
  Piece piece;
  piece.tempo = score::TempoMap(bpm);
  piece.metre = score::MetreMap(roll.metre);
  piece.parts = parts_of(roll, Tick());
  piece.end = Tick() + kStep * roll.steps();
  return piece;
}

}  // namespace cantus::rolls
