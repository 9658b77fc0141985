// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/scan.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "music/formats/humdrum/chord_words.h"
#include "music/formats/humdrum/dynamics.h"
#include "music/formats/humdrum/tandem.h"
#include "music/formats/humdrum/words.h"

namespace cantus::formats::humdrum {
namespace {

bool is_null(std::string_view field) {
  return field.empty() || field == ".";
}

// "Bach, Johann Sebastian" as a person says it.
std::string spoken_name(std::string_view name) {
  const std::size_t comma = name.find(',');
  if (comma == std::string_view::npos || name.find(',', comma + 1) != std::string_view::npos)
    return std::string(name);
  const std::string_view given = trimmed(name.substr(comma + 1));
  const std::string_view family = trimmed(name.substr(0, comma));
  return given.empty() ? std::string(family) : fmt::format("{} {}", given, family);
}

// The work's own title before its parent's, its group's and the title page's.
int worth_as_title(std::string_view reference) {
  return reference == "OTL"   ? 4
         : reference == "OPR" ? 3
         : reference == "GTL" ? 2
         : reference == "PTL" ? 1
                              : 0;
}

// What is left of "=12:|!|:;" once numbers, fermatas and hints for print are gone: ":|!|:".
std::string signs_of(std::string_view barline) {
  std::string signs;
  for (const char c : barline)
    if (c == ':' || c == '|' || c == '!') signs.push_back(c);
  return signs;
}

}  // namespace

Result<void> Scanner::take(std::string_view line, int number) {
  line_ = number;
  if (line.starts_with("!!!")) take_reference(line.substr(3));
  if (trimmed(line).empty() || line.starts_with('!')) return {};
  std::vector<std::string_view> fields = fields_of(line);
  const auto taken = take_line_of(fields);
  if (taken) return {};
  const bool placed = taken.error().message.starts_with("spine");
  return fail(taken.error().code,
              fmt::format("line {}{}{}", line_, placed ? ", " : ": ", taken.error().message));
}

Result<void> Scanner::take_line_of(std::vector<std::string_view>& fields) {
  if (tracks_.empty()) {
    auto opened = open_tracks(fields, written_.spines);
    if (!opened) return tl::unexpected(opened.error());
    tracks_ = std::move(*opened);
    return {};
  }
  if (events_ + kMostNotesInAChord * fields.size() > kMostEvents)
    return fail(ErrorCode::invalid_input, fmt::format("more than {} notes and signs", kMostEvents));
  if (matches(fields)) return take_fields(fields);
  const auto counts = fmt::format("fields: {}, open spines: {}", fields.size(), tracks_.size());
  if (!std::ranges::all_of(fields, [](auto f) { return f == "*" || is_null(f); }))
    return fail(ErrorCode::invalid_input, counts);
  warnings_->add(fmt::format("line {}: {}; it says nothing and is left out", line_, counts));
  return {};
}

// Tabs at the end or doubled are forgiven where the spines then fit.
bool Scanner::matches(std::vector<std::string_view>& fields) const {
  if (fields.size() == tracks_.size()) return true;
  const auto filled = std::ranges::count_if(fields, [](auto field) { return !field.empty(); });
  if (filled != std::ssize(tracks_)) return false;
  std::erase_if(fields, [](auto field) { return field.empty(); });
  return true;
}

void Scanner::take_reference(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  std::string_view rest = line.substr(0, colon);
  const std::string_view name = take_field(rest, '@');
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (value.empty()) return;
  if (const int worth = worth_as_title(name); worth > title_worth_) {
    title_worth_ = worth;
    written_.title = without_entities(value);
  }
  if (name == "COM" && written_.composer.empty())
    written_.composer = spoken_name(without_entities(value));
  if (name != "OMD") return;
  if (const auto bpm = tempo_in_text(value); bpm && !said_here(written_.tempos))
    add(written_.tempos, *bpm);
}

Result<void> Scanner::take_fields(Fields fields) {
  const char first = fields.front().empty() ? '.' : fields.front().front();
  if (first == '*') return take_interpretations(fields);
  if (first != '=') return take_data(fields);
  take_barline(fields.front());
  return {};
}

Result<void> Scanner::take_interpretations(Fields fields) {
  bool changes = false;
  bool sectioned = false;
  for (std::size_t column = 0; column < fields.size(); ++column) {
    const std::string_view field = fields[column];
    changes = changes || is_manipulator(field);
    if (field.size() < 2 || is_manipulator(field)) continue;
    if (!field.starts_with("*>")) {
      interpret(tracks_[column], field);
    } else if (!std::exchange(sectioned, true)) {
      interpret_section(field);
    }
  }
  if (!changes) return {};
  auto next = changed_tracks(tracks_, fields, written_.spines);
  if (!next) return tl::unexpected(next.error());
  tracks_ = std::move(*next);
  return {};
}

void Scanner::interpret(const Track& track, std::string_view field) {
  Spine& spine = written_.spines[static_cast<std::size_t>(track.spine)];
  describe(spine, field);
  if (spine.kind != SpineKind::kern) return;
  interpret_key(field);
  if (const auto metre = read_metre(field)) {
    if (!said_here(written_.metres)) add(written_.metres, *metre);
  } else if (const auto bpm = read_tempo(field)) {
    if (said_here(written_.tempos))
      written_.tempos.back().value = *bpm;
    else
      add(written_.tempos, *bpm);
  }
}

// A designation (*d:dor) is worth more than a signature (*k[]) on the same beat.
void Scanner::interpret_key(std::string_view field) {
  const auto named = read_key(field);
  const auto signature = read_signature(field);
  if (!named && !signature) return;
  const bool here = said_here(written_.keys);
  if (here && (!named || written_.keys.back().value.named)) return;
  const WrittenKey key{.key = named ? *named : score::Key{*signature, score::Mode::major},
                       .named = named.has_value()};
  if (here)
    written_.keys.back().value = key;
  else
    add(written_.keys, key);
}

void Scanner::interpret_section(std::string_view field) {
  if (auto expansion = read_expansion(field)) {
    if (!written_.expansion) written_.expansion = std::move(expansion);
    return;
  }
  const auto label = read_label(field);
  if (!label) return;
  begin_segment();
  written_.segments.back().label = *label;
  written_.segments.back().opens = true;
  ++written_.segments.back().section;
}

// The new segment goes on with the section of the one before.
void Scanner::begin_segment() {
  Segment& last = written_.segments.back();
  last.end = clock_.rounded();
  ++events_;
  written_.segments.push_back({.label = last.label, .section = last.section, .start = last.end});
}

void Scanner::take_barline(std::string_view field) {
  const std::string signs = signs_of(field);
  const bool back = signs.size() > 1 && signs.front() == ':';
  const bool from = signs.size() > 1 && signs.back() == ':';
  const bool numbered = std::ranges::any_of(field, is_digit);
  const bool joins = !numbered || back || from;
  if (!joins || field.starts_with("==")) fill_bar();
  add(written_.barlines, Barline{joins});
  bar_start_ = clock_;
  warned_in_bar_ = false;
  if (!back && !from) return;
  written_.segments.back().repeat_back = back;
  begin_segment();
  written_.segments.back().repeat_from = from;
}

// Where a spine is short of the bar and another is full, the bar is full. Inside a bar notes may
// reach over a barline, so that only its end is asked.
void Scanner::fill_bar() {
  if (written_.metres.empty()) return;
  const Moment full = bar_start_ + Moment(written_.metres.back().value.bar_length().count());
  if (clock_ < full && std::ranges::any_of(tracks_, [&](const Track& t) { return t.ends == full; }))
    clock_ = full;
}

Result<void> Scanner::take_data(Fields fields) {
  bool timed = false;
  for (std::size_t column = 0; column < fields.size(); ++column) {
    if (is_null(fields[column])) continue;
    const Track& track = tracks_[column];
    if (written_.spines[static_cast<std::size_t>(track.spine)].kind != SpineKind::kern) {
      take_other(track, fields[column]);
      continue;
    }
    const auto taken = take_kern(column, fields[column]);
    if (!taken) return tl::unexpected(taken.error());
    timed = timed || *taken;
  }
  if (timed) advance();
  return {};
}

// True where the token takes time.
Result<bool> Scanner::take_kern(std::size_t column, std::string_view field) {
  Track& track = tracks_[column];
  const Token token = read_token(field);
  if (token.doubtful)
    warn(column, fmt::format("\"{}\" is not wholly a note or rest", field.substr(0, 40)));
  add_fragments(track, token);
  if (!token.length) return false;
  check_meeting(track, column);
  track.ends = clock_ + *token.length;
  if (track.ends.rounded() > kLongestPiece)
    return fail(ErrorCode::invalid_input, "longer than two million beats");
  return true;
}

void Scanner::check_meeting(Track& track, std::size_t column) {
  if (track.ends == clock_ || track.ends == Moment() || warned_in_bar_) return;
  warned_in_bar_ = true;
  warn(column, track.ends < clock_ ? "nothing fills the time since the note before"
                                   : "starts before the note before has ended");
}

void Scanner::add_fragments(const Track& track, const Token& token) {
  for (const TokenNote& note : token.notes) {
    const auto end = (clock_ + note.length).rounded();
    Fragment fragment{.length = token.grace ? note.length.rounded() : end - clock_.rounded(),
                      .pitch = note.pitch,
                      .spelling = note.spelling,
                      .spine = track.spine,
                      .voice = track.voice,
                      .velocity = note.accent,
                      .line = line_,
                      .grace = token.grace,
                      .tied_on = note.tied_on,
                      .tied_from = note.tied_from};
    add(written_.fragments, fragment);
  }
}

void Scanner::take_other(const Track& track, std::string_view field) {
  switch (written_.spines[static_cast<std::size_t>(track.spine)].kind) {
    case SpineKind::text:
      add(written_.syllables, Syllable{track.spine, std::string(field)});
      return;
    case SpineKind::dynamics:
      for (Dynamic mark : dynamics_in(field)) {
        mark.spine = track.spine;
        add(written_.dynamics, mark);
      }
      return;
    case SpineKind::chords:
      if (const auto chord = read_chord(field); chord || is_no_chord(field))
        add(written_.chords, chord);
      return;
    case SpineKind::kern:
    case SpineKind::other:
      return;
  }
}

// To the first end of a note or rest after the present line.
void Scanner::advance() {
  const Track* next = nullptr;
  for (const Track& track : tracks_)
    if (track.ends > clock_ && (next == nullptr || track.ends < next->ends)) next = &track;
  if (next != nullptr) clock_ = next->ends;
}

void Scanner::warn(std::size_t column, std::string_view sentence) {
  warnings_->add(fmt::format("line {}, spine {}: {}", line_, column + 1, sentence));
}

Result<Written> Scanner::finish() && {
  if (std::ranges::none_of(written_.spines,
                           [](const Spine& s) { return s.kind == SpineKind::kern; }))
    return fail(ErrorCode::unsupported, "no **kern spine");
  if (!tracks_.empty())
    warnings_->add(fmt::format("line {}: the spines are not closed by *-", line_));
  written_.segments.back().end = clock_.rounded();
  written_.end = clock_.rounded();
  apply_dynamics(written_);
  return std::move(written_);
}

}  // namespace cantus::formats::humdrum
