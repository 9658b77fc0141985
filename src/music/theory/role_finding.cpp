#include "music/theory/role_finding.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cantus::theory {
namespace {

using score::Note;
using score::Part;
using score::Role;
using score::TickLength;

/// What a part does, in numbers.
struct Behaviour {
  double mean_key = 60.0;      ///< Weighted by length.
  double voices = 1.0;         ///< Notes sounding at once while any sounds.
  double coverage = 0.0;       ///< Share of the piece in which it sounds.
  double mean_beats = 0.0;     ///< Of a note.
  double movement = 0.0;       ///< Share of successive notes of different pitch, unisons out.
  double onsets_a_beat = 0.0;  ///< While it sounds.
};

Behaviour behaviour_of(const Part& part, TickLength whole) {
  Behaviour out;
  double sounding = 0.0;
  double covered = 0.0;
  double weighted = 0.0;
  std::size_t moves = 0;
  std::size_t onsets = 0;
  score::Tick reached;
  const Note* before = nullptr;
  for (const Note& note : part.notes) {
    if (note.grace) continue;
    sounding += note.length.beats();
    weighted += note.length.beats() * note.pitch.key();
    covered += std::max(0.0, (note.end() - std::max(note.onset, reached)).beats());
    reached = std::max(reached, note.end());
    if (before == nullptr || before->onset < note.onset) {
      ++onsets;
      if (before != nullptr && before->pitch != note.pitch) ++moves;
    }
    before = &note;
  }
  if (covered <= 0.0) return out;
  out.mean_key = weighted / sounding;
  out.voices = sounding / covered;
  out.coverage = whole.count() > 0 ? std::min(1.0, covered / whole.beats()) : 0.0;
  out.mean_beats = sounding / static_cast<double>(part.notes.size());
  out.movement = onsets > 1 ? static_cast<double>(moves) / static_cast<double>(onsets - 1) : 0.0;
  out.onsets_a_beat = static_cast<double>(onsets) / covered;
  return out;
}

bool names_one_of(const Part& part, std::span<const std::string_view> words) {
  std::string name = part.name;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(
      words, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

constexpr std::array<std::string_view, 14> kMelodyWords = {
    "melod",  "lead", "vocal", "voice", "vox",    "sing",    "solo",
    "sopran", "tune", "theme", "canto", "gesang", "discant", "descant"};
constexpr std::array<std::string_view, 3> kBassWords = {"bass", "tuba", "contrabasso"};
constexpr std::array<std::string_view, 4> kNoBassWords = {"bassoon", "bass drum", "basset",
                                                          "bass clarinet"};
constexpr std::array<std::string_view, 3> kPadWords = {"pad", "sustain", "atmos"};
constexpr std::array<std::string_view, 6> kChordWords = {"chord",  "rhythm", "comp",
                                                         "accomp", "strum",  "harmony"};

bool plays_bass_program(int program) {
  return (program >= 32 && program <= 39) || program == 43 || program == 58;
}
bool plays_pad_program(int program) {
  return (program >= 48 && program <= 52) || (program >= 88 && program <= 95);
}
bool plays_solo_program(int program) {
  return program == 40 || program == 53 || program == 54 || program == 56 ||
         (program >= 64 && program <= 87);
}

bool is_bass(const Part& part, const Behaviour& does) {
  if (names_one_of(part, kBassWords) && !names_one_of(part, kNoBassWords)) return true;
  return plays_bass_program(part.program) && does.mean_key < 60.0 && does.voices < 1.7;
}

/// How far a part stands out as the tune; about 0 for accompaniment, 3 for a singer.
double salience(const Part& part, const Behaviour& does) {
  double score = std::clamp(2.0 - does.voices, -1.0, 1.0);
  score += std::clamp((does.mean_key - 60.0) / 12.0, -1.0, 1.0);
  score += does.coverage + does.movement;
  if (does.onsets_a_beat > 3.0 || does.mean_beats > 2.5) score -= 0.7;
  if (names_one_of(part, kMelodyWords)) score += 2.0;
  if (names_one_of(part, kChordWords) || names_one_of(part, kPadWords)) score -= 2.0;
  if (!part.lyrics.empty()) score += 2.0;
  if (plays_solo_program(part.program)) score += 0.4;
  if (plays_pad_program(part.program)) score -= 0.4;
  return score;
}

Role accompaniment_role(const Part& part, const Behaviour& does) {
  if (names_one_of(part, kPadWords)) return Role::pad;
  if (names_one_of(part, kChordWords)) return Role::chords;
  const bool is_held = does.mean_beats >= (plays_pad_program(part.program) ? 1.5 : 3.0);
  if (does.voices >= 1.4) return is_held ? Role::pad : Role::chords;
  if (is_held && plays_pad_program(part.program)) return Role::pad;
  return Role::counter;
}

class Casting {
 public:
  explicit Casting(score::Piece& piece) : piece_(piece) {
    const TickLength whole = score::sounding_end(piece) - score::Tick();
    for (const Part& part : piece.parts)
      does_.push_back(behaviour_of(part, whole));
  }

  void cast() {
    cast_basses();
    cast_melody();
    if (is_lone_and_full()) return;
    for (std::size_t i = 0; i < piece_.parts.size(); ++i) {
      if (open(i)) piece_.parts[i].role = accompaniment_role(piece_.parts[i], does_[i]);
    }
  }

 private:
  bool open(std::size_t i) const {
    return piece_.parts[i].role == Role::other && !piece_.parts[i].notes.empty();
  }
  bool has(Role role) const {
    return std::ranges::any_of(piece_.parts, [&](const Part& part) { return part.role == role; });
  }
  std::size_t pitched_parts() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        piece_.parts, [](const Part& part) { return !part.is_drums() && !part.notes.empty(); }));
  }
  /// One instrument that plays tune and accompaniment at once has no single role.
  bool is_lone_and_full() const { return pitched_parts() == 1 && !has(Role::melody); }

  void cast_basses() {
    if (pitched_parts() < 2) return;
    for (std::size_t i = 0; i < piece_.parts.size(); ++i) {
      if (open(i) && is_bass(piece_.parts[i], does_[i])) piece_.parts[i].role = Role::bass;
    }
    if (has(Role::bass)) return;
    std::optional<std::size_t> lowest;
    for (std::size_t i = 0; i < piece_.parts.size(); ++i) {
      if (!open(i) || does_[i].voices >= 1.4) continue;
      if (!lowest || does_[i].mean_key < does_[*lowest].mean_key) lowest = i;
    }
    if (lowest && does_[*lowest].mean_key < 55.0) piece_.parts[*lowest].role = Role::bass;
  }

  void cast_melody() {
    if (has(Role::melody)) return;
    std::optional<std::size_t> best;
    double most = 0.0;
    for (std::size_t i = 0; i < piece_.parts.size(); ++i) {
      if (!open(i)) continue;
      const double score = salience(piece_.parts[i], does_[i]);
      if (!best || score > most) best = i, most = score;
    }
    const bool alone_and_full = best && pitched_parts() == 1 && does_[*best].voices >= 1.4;
    if (best && !alone_and_full) piece_.parts[*best].role = Role::melody;
  }

  score::Piece& piece_;
  std::vector<Behaviour> does_;
};

}  // namespace

void assign_roles(score::Piece& piece) {
  Casting(piece).cast();
}

}  // namespace cantus::theory
