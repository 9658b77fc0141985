#include "music/formats/abc/music.h"

#include <algorithm>

#include <fmt/format.h>

#include "music/formats/abc/dynamics.h"

namespace cantus::formats::abc {
namespace {

bool starts_inline_field(const Scanner& scan) {
  return scan.peek() == '[' && is_letter(scan.peek(1)) && scan.peek(2) == ':' &&
         scan.peek(3) != '|' && scan.peek(3) != ':';
}

/// A word such as "Coda" or "End" is no chord, though it starts like one.
bool is_word(std::string_view text) {
  std::size_t letters = 0;
  while (letters < text.size() && is_letter(text[letters]))
    ++letters;
  const std::string word = lower(text.substr(1, letters > 0 ? letters - 1 : 0));
  for (const std::string_view start : {"b", "m", "dim", "aug", "sus", "add", "omit", "no", "alt"}) {
    if (word.starts_with(start)) return false;
  }
  return word.size() > 1;
}

/// The chord a symbol starts with: of "G;D7" and "C (first time)" the first.
std::optional<score::Chord> chord_in(const std::string& text) {
  if (is_word(text)) return std::nullopt;
  auto chord = score::chord_from_text(text);
  if (!chord) chord = score::chord_from_text(text.substr(0, text.find_first_of(" ;,")));
  return chord ? std::optional(*chord) : std::nullopt;
}

}  // namespace

void MusicReader::read(Scanner& scan, const Warn& warn) {
  while (!scan.done() && !starts_inline_field(scan)) {
    if (size_of(voice) > kMostWritten || at > kLongestTune) {
      too_long = true;
      return scan.skip(scan.rest().size());
    }
    read_token(scan, warn);
  }
}

void MusicReader::read_token(Scanner& scan, const Warn& warn) {
  const char c = scan.peek();
  if (starts_note(scan)) return read_note(scan);
  if (contains("|:]", c) || (c == '[' && scan.peek(1) == '|')) return read_bar(scan);
  if (c == '[' && (is_digit(scan.peek(1)) || scan.peek(1) == '"')) {
    scan.skip();
    return read_endings(scan);
  }
  switch (c) {
    case 'x':
    case 'X':
    case 'z':
    case 'Z':
      return read_rest(scan);
    case '[':
      return read_chord(scan, warn);
    case '{':
      return read_grace(scan);
    case '"':
      return read_quoted(scan, warn);
    case '(':
      return read_tuplet(scan);
    case '>':
    case '<':
      return read_broken(scan);
    case '&':
      return read_overlay(scan);
    case '!':
    case '+':
      return read_decoration(scan, c);
    case '-':
      tie_last();
      break;
    default:
      break;  // decorations, slurs, spacers, beams: no sound
  }
  scan.skip();
}

void MusicReader::read_decoration(Scanner& scan, char end) {
  const std::string_view name = scan.rest().substr(1, scan.rest().substr(1, 32).find(end));
  const bool closed = scan.peek(1 + name.size()) == end;
  const bool plain = std::ranges::none_of(name, [](char c) { return contains(" |[]\"", c); });
  scan.skip();
  if (!closed || !plain) return;  // an old line break
  scan.skip(name.size() + 1);
  velocity_ = velocity_of(name).value_or(velocity_);
}

void MusicReader::read_quoted(Scanner& scan, const Warn& warn) {
  scan.skip();
  const std::string text = text_of(trimmed(scan.until('"')));
  const std::size_t mark = !text.empty() && contains("^_<>@", text.front()) ? 1 : 0;
  if (lower(text).substr(mark).starts_with("n.c") || text == "NC") {
    voice.chords.push_back({at, std::nullopt});
    return;
  }
  if (text.empty() || text.front() < 'A' || text.front() > 'G') return;  // an annotation
  const auto chord = chord_in(text);
  if (!chord) return warn(fmt::format("the chord symbol \"{}\" is not understood", text));
  const int fifths = score::transposed(score::Key{}, transpose_ + midi_transpose).fifths;
  voice.chords.push_back({at, score::transposed(*chord, fifths)});
}

void MusicReader::set_key(const KeyField& field) {
  set_properties(field.properties);
  if (field.accidentals) {
    signature_ = *field.accidentals;
    bar_accidentals_.fill(std::nullopt);
  }
  if (!field.key) return;
  voice.keys.push_back({at, score::transposed(*field.key, transpose_ + midi_transpose)});
  if (transpose_ + midi_transpose == 0) voice.keys.back().value = *field.key;
}

void MusicReader::set_metre(WrittenMetre now) {
  metre = now;
  voice.metres.push_back({at, now});
}

void MusicReader::set_properties(const Properties& properties) {
  if (properties.transpose) transpose_ = *properties.transpose;
  if (properties.octave) octave_ = *properties.octave;
  if (properties.percussion) voice.percussion = true;
  if (!properties.name.empty()) voice.name = properties.name;
}

void MusicReader::start_line() {
  line_notes.clear();
  bars_in_line_ = 0;
}

void MusicReader::rest_until(Grains end, const Voice& like) {
  const Grains from = at;
  for (const BarMark& mark : like.bars) {
    if (mark.at <= from || mark.at > end) continue;
    at = mark.at;
    add_bar(mark);
  }
  at = end;
}

void MusicReader::finish() {
  at = std::max(at, bar_end_);
  if (voice.bars.empty() || voice.bars.back().at < at) add_bar(BarMark{});
  voice.end = at;
  std::ranges::stable_sort(voice.notes, {}, &WrittenNote::at);
}

void MusicReader::add_bar(BarMark mark) {
  if (mark.line) {
    at = std::max(at, bar_end_);
    bar_start_ = at;
    bar_end_ = at;
    enter_layer(0);
    bar_accidentals_.fill(std::nullopt);
    ++bars_in_line_;
    last_length_ = 0;
  }
  mark.at = at;
  voice.bars.push_back(std::move(mark));
}

/// Ties go on in their own layer; a layer that a bar leaves out ends.
void MusicReader::enter_layer(int layer) {
  const auto from = static_cast<std::size_t>(layer_);
  const auto to = static_cast<std::size_t>(layer);
  layer_ties_.resize(to == 0 ? from + 1 : std::max(layer_ties_.size(), to + 1));
  layer_ties_[from] = std::move(open_ties_);
  open_ties_ = std::move(layer_ties_[to]);
  layer_ties_[to].clear();
  layer_ = layer;
}

void MusicReader::read_bar(Scanner& scan) {
  BarMark mark;
  if (scan.rest().starts_with("[|]")) {  // a line that is not drawn
    scan.skip(3);
    return add_bar(mark);
  }
  int colons_before = 0;
  int colons_after = 0;
  int strokes = 0;
  bool thick = false;
  for (;;) {
    if (scan.peek() == ':') {
      ++(strokes == 0 ? colons_before : colons_after);
    } else if (scan.peek() == '|') {
      ++strokes;
    } else if (scan.peek() == ']' || (scan.peek() == '[' && scan.peek(1) == '|')) {
      thick = true;
    } else {
      break;
    }
    scan.skip();
    if (scan.rest().starts_with("[|]")) break;
  }
  if (strokes == 0 && colons_before == 0) return;  // a stray bracket
  if (strokes == 0 && colons_before == 1) {        // dots that a space parts from their line
    Scanner ahead = scan;
    ahead.skip_spaces();
    mark.begins = ahead.peek() != '|';
    colons_before = mark.begins ? 0 : 1;
  } else if (strokes == 0) {  // "::"
    colons_after = colons_before / 2;
    colons_before -= colons_after;
  }
  mark.strong = strokes > 1 || thick;
  mark.begins = mark.begins || colons_after > 0;
  mark.extra_plays = std::min(colons_before, kMostPlays - 1);
  add_bar(mark);
  if (is_digit(scan.peek())) read_endings(scan);
}

void MusicReader::read_endings(Scanner& scan) {
  if (scan.peek() == '"') {
    scan.skip();
    Scanner name(trimmed(scan.until('"')));
    if (is_digit(name.peek())) read_endings(name);
    return;  // an ending named in words sounds always
  }
  BarMark* mark = voice.bars.empty() ? nullptr : &voice.bars.back();
  if (mark == nullptr || mark->at != at) {
    add_bar(BarMark{.line = false});
    mark = &voice.bars.back();
  }
  while (is_digit(scan.peek())) {
    const int first = std::clamp(scan.number(1), 1, kMostPlays);
    int last = first;
    if (scan.peek() == '-' && is_digit(scan.peek(1))) {
      scan.skip();
      last = std::clamp(scan.number(1), first, kMostPlays);
    }
    for (int play = first; play <= last && mark->endings.size() < kMostPlays; ++play) {
      mark->endings.push_back(play);
    }
    const bool more = contains(",.", scan.peek()) && is_digit(scan.peek(1));
    if (more) scan.skip();
  }
  if (scan.peek() == '.') scan.skip();
}

void MusicReader::read_overlay(Scanner& scan) {
  while (scan.peek() == '&')
    scan.skip();
  bar_end_ = std::max(bar_end_, at);
  at = bar_start_;
  enter_layer(layer_ + 1);
  tuplet_left_ = 0;
  tuplet_ = {};
  broken_ = {};
  last_first_ = last_end_ = voice.notes.size();
  last_length_ = 0;
  last_pitched_.clear();
  bar_accidentals_.fill(std::nullopt);
}

}  // namespace cantus::formats::abc
