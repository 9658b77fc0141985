// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "music/theory/chord_finding.h"
#include "music/theory/key_finding.h"
#include "music/theory/role_finding.h"
#include "neural/compose/compose.h"
#include "neural/compose/write_chords.h"
#include "neural/compose/write_parts.h"
#include "neural/tokens/bar_words.h"
#include "neural/tokens/encode.h"

namespace cantus::compose {
namespace {

using score::Tick;

/// The piece as the model hears it, and which of the original's parts each of its parts is.
struct Heard {
  score::Piece piece;
  std::vector<std::size_t> originals;
  int shift = 0;  ///< semitones from the heard piece up to the original
};

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
  heard.piece.sections.clear();
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

/// What a part has used so far is what it may use: its own range, one or more notes at a time.
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

void append(const Heard& heard, const score::Piece& written, Tick from, score::Piece& out) {
  for (std::size_t i = 0; i < heard.originals.size(); ++i) {
    score::Part& part = out.parts[heard.originals[i]];
    double velocity = 0.0;
    for (const score::Note& note : part.notes)
      velocity += note.velocity;
    const auto usual = static_cast<int>(velocity / static_cast<double>(part.notes.size()));
    for (score::Note note : written.parts[i].notes) {
      if (note.onset < from) continue;
      if (!part.is_drums()) {
        note.pitch = score::Pitch::clamped(note.pitch.key() + heard.shift);
        note.velocity = usual;
      }
      part.notes.push_back(note);
    }
  }
  const score::Key key = written.keys.empty() ? score::Key{} : written.keys.back().key;
  const score::Key real = score::transposed(key, heard.shift);
  for (score::ChordSpan span : score::transposed(written, heard.shift).chords) {
    if (span.onset < from || out.chords.empty()) continue;
    span.chord.root = real.spell(span.chord.root.pitch_class());
    out.chords.push_back(span);
  }
}

}  // namespace

Result<score::Piece> continue_piece(const infer::Transformer& model,
                                    const score::Piece& piece,
                                    int bars,
                                    std::uint64_t seed,
                                    const ComposeOptions& options) {
  if (bars < 1 || bars > kMostBars) {
    return fail(ErrorCode::invalid_input, "bars: give 1 to " + std::to_string(kMostBars));
  }
  auto heard = hear(piece);
  if (!heard) return tl::unexpected<Error>(heard.error());
  score::Piece work = heard->piece;
  const Tick from = work.end;
  const int first = tokens::BarWords(work).bars();
  Plan plan;
  plan.style = find_style("song");
  plan.metre = work.metre.metre_at(from - score::TickLength(1));
  plan.bpm = work.tempo.bpm_at(from);
  plan.bars = first + bars;
  work.end = from + plan.metre.bar_length() * bars;
  const Random random(seed);
  auto chords = write_chords(model, plan, work, first, true, random, options.stop);
  if (!chords) return tl::unexpected<Error>(chords.error());
  Writing how;
  how.style = tokens::style_from_text(style_of(work)).value_or(0);
  how.first_bar = first;
  how.sampling = {0.95, 0, 0.93, 0.02};
  how.threads = options.threads;
  how.stop = options.stop;
  for (std::size_t i = 0; i < work.parts.size(); ++i) {
    how.parts.push_back({i, rules_of(plan, work.parts[i]), {}});
  }
  auto written = write_parts(model, work, how, random.fork("continue"));
  if (!written) return tl::unexpected<Error>(written.error());
  score::Piece out = piece;
  append(*heard, written->front().piece, from, out);
  score::tidy(out);
  out.end = std::max(out.end, work.end);
  return out;
}

}  // namespace cantus::compose
