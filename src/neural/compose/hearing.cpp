#include "neural/compose/hearing.h"

#include <algorithm>
#include <map>
#include <string>

#include "music/theory/chord_finding.h"
#include "music/theory/key_finding.h"
#include "music/theory/role_finding.h"
#include "neural/tokens/bar_words.h"
#include "neural/tokens/encode.h"

namespace cantus::compose {
namespace {

using score::Tick;

void keep_parts(const score::Piece& original, Heard& heard) {
  score::Piece with_roles = original;
  theory::assign_roles(with_roles);
  heard.piece.parts.clear();
  for (int role = 0; role < score::kRoles; ++role) {
    int of_role = 0;
    for (std::size_t i = 0; i < with_roles.parts.size(); ++i) {
      const score::Part& part = with_roles.parts[i];
      const auto real = std::ranges::count(part.notes, false, &score::Note::grace);
      if (static_cast<int>(part.role) != role || real == 0) continue;
      if (++of_role > tokens::kPartsPerRole) continue;
      heard.piece.parts.push_back(part);
      heard.originals.push_back(i);
    }
  }
}

int usual_velocity(const score::Part& part) {
  if (part.notes.empty()) return score::kDefaultVelocity;
  double sum = 0.0;
  for (const score::Note& note : part.notes)
    sum += note.velocity;
  return static_cast<int>(sum / static_cast<double>(part.notes.size()));
}

}  // namespace

Result<Heard> hear(const score::Piece& original) {
  Heard heard;
  heard.piece = original;
  keep_parts(original, heard);
  if (heard.piece.parts.empty()) {
    return fail(ErrorCode::invalid_input, "the piece has no notes to go on from");
  }
  if (heard.piece.keys.empty()) {
    heard.piece.keys = {{Tick(), theory::find_key(original).value_or(score::Key{})}};
  }
  if (heard.piece.chords.empty()) heard.piece.chords = theory::find_chords(original);
  const score::Key last = heard.piece.keys.back().key;
  heard.shift = score::semitones_from_home(last);
  heard.piece = tokens::expressible(score::transposed(heard.piece, -heard.shift));
  if (heard.piece.parts.size() != heard.originals.size()) {
    return fail(ErrorCode::unsupported, "a drum part uses drums outside General MIDI only");
  }
  const auto encoded = tokens::encode(heard.piece);
  if (!encoded) return tl::unexpected<Error>(encoded.error());
  return heard;
}

PartRules rules_of(const Plan& plan, const score::Part& part) {
  int lowest = 127;
  int highest = 0;
  bool line = true;
  for (std::size_t i = 0; i < part.notes.size(); ++i) {
    lowest = std::min(lowest, part.notes[i].pitch.key());
    highest = std::max(highest, part.notes[i].pitch.key());
    if (i > 0 && part.notes[i].onset == part.notes[i - 1].onset) line = false;
  }
  while (highest - lowest < 12) {
    lowest = std::max(0, lowest - 1);
    highest = std::min(127, highest + 1);
  }
  score::Role role = part.role;
  if (role == score::Role::other) role = line ? score::Role::counter : score::Role::chords;
  if (role == score::Role::melody && !line) role = score::Role::chords;
  PartRules rules = rules_for(plan, {role, part.program, {lowest, highest}}, 0);
  return rules;
}

std::string_view style_of(const score::Piece& piece) {
  const bool drums = std::ranges::any_of(piece.parts, &score::Part::is_drums);
  if (drums) return "band";
  return piece.parts.size() == 1 ? "song" : "art_song";
}

std::vector<std::optional<int>> returning_bars(const score::Piece& piece, bool chords) {
  const tokens::BarWords words(piece);
  // What a bar says, and where in which section it stands.
  using Bar = std::pair<std::vector<tokens::Token>, std::pair<std::string, int>>;
  std::map<Bar, int> seen;
  std::vector<std::optional<int>> returning;
  std::string section;
  int inside = 0;
  for (int bar = 0; bar < words.bars(); ++bar, ++inside) {
    for (const score::Section& other : piece.sections) {
      if (other.onset != words.start(bar)) continue;
      section = other.name;
      inside = 0;
    }
    Bar said;
    for (std::size_t part = 0; part < piece.parts.size(); ++part) {
      const auto notes = words.notes(part, bar);
      said.first.insert(said.first.end(), notes.begin(), notes.end());
    }
    const bool silent = said.first.empty();
    if (chords) {
      const auto more = words.chords(bar);
      said.first.insert(said.first.end(), more.begin(), more.end());
    }
    said.second = {section, inside};
    const auto [place, is_new] = seen.emplace(said, bar);
    const bool whole = words.origin(bar) == words.start(bar);
    returning.push_back(is_new || silent || section.empty() || !whole
                            ? std::nullopt
                            : std::optional(place->second));
  }
  return returning;
}

WayBack::WayBack(const Heard& heard, const score::Piece& original)
    : shift_(heard.shift), key_(score::transposed(heard.piece.keys.back().key, heard.shift)) {
  for (const std::size_t part : heard.originals) {
    velocities_.push_back(usual_velocity(original.parts[part]));
    drums_.push_back(original.parts[part].is_drums());
  }
}

score::Note WayBack::note(std::size_t part, score::Note note) const {
  if (drums_[part]) return note;
  note.pitch = score::Pitch::clamped(note.pitch.key() + shift_);
  note.velocity = velocities_[part];
  return note;
}

score::ChordSpan WayBack::chord(score::ChordSpan span) const {
  const auto turned = [&](score::Spelling spelling) {
    return key_.spell(score::PitchClass((spelling.pitch_class().number() + shift_ + 120) % 12));
  };
  span.chord.root = turned(span.chord.root);
  if (span.chord.bass) span.chord.bass = turned(*span.chord.bass);
  return span;
}

}  // namespace cantus::compose
