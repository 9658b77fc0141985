#include "music/formats/abc/tune_reader.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "music/formats/abc/fields.h"
#include "music/formats/abc/lyrics.h"
#include "music/formats/abc/music.h"
#include "music/formats/abc/text.h"

namespace cantus::formats::abc {
namespace {

bool is_field(std::string_view line) {
  return line.size() > 1 && line[1] == ':' && (is_letter(line[0]) || line[0] == '+') &&
         (line.size() < 3 || (line[2] != '|' && line[2] != ':'));
}

std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '%' && (i == 0 || line[i - 1] != '\\')) return line.substr(0, i);
  }
  return line;
}

class TuneReader {
 public:
  /// `fill`: a voice that is left out of a system of lines rests meanwhile.
  explicit TuneReader(bool fill) : fill_(fill) {}
  Result<Tune> read(const std::vector<Line>& book, const std::vector<Line>& lines);

 private:
  void read_line(const Line& line);
  void read_field(char letter, std::string_view value);
  void read_head_field(char letter, std::string_view value);
  void read_body_field(char letter, std::string_view value);
  void read_key(std::string_view value);
  void read_metre(std::string_view value);
  void read_unit(std::string_view value);
  void read_tempo(std::string_view value);
  void read_label(std::string_view value);
  void read_music(std::string_view line);
  void read_words(std::string_view value);
  void read_voice(std::string_view value);
  void enter(std::size_t voice);
  void fill_system();
  void read_directive(std::string_view text);
  void read_midi(const std::vector<std::string_view>& words);
  void read_program(const std::vector<std::string_view>& words);
  MusicReader& voice();
  bool too_long() const;
  void start_body();
  void finish();
  void warn(const std::string& text);

  Tune tune_;
  std::vector<std::unique_ptr<MusicReader>> voices_;
  std::size_t current_ = 0;
  bool fill_;
  std::vector<Grains> system_start_;  // [voice] where the lines that belong together began
  KeyField key_;                      ///< of the head
  WrittenMetre metre_ = score::Metre{};
  std::optional<Grains> unit_;
  std::string tempo_;
  std::vector<std::pair<int, int>> channel_programs_;
  std::optional<int> program_;
  int transpose_ = 0;
  bool in_body_ = false;
  bool in_text_ = false;    ///< between %%begintext and %%endtext
  bool continues_ = false;  ///< The last line of music ended with a backslash.
  int verse_ = 0;
  int line_ = 0;
};

void TuneReader::warn(const std::string& text) {
  if (tune_.warnings.size() < kMostWarnings) {
    tune_.warnings.push_back(fmt::format("line {}: {}", line_, text));
  }
}

MusicReader& TuneReader::voice() {
  if (voices_.empty()) {
    voices_.push_back(std::make_unique<MusicReader>("1"));
    current_ = 0;
    if (in_body_) start_body();
  }
  return *voices_[current_];
}

/// Gives voices what the head said.
void TuneReader::start_body() {
  in_body_ = true;
  for (const auto& reader : voices_) {
    if (!reader->voice.keys.empty() || !reader->voice.metres.empty()) continue;
    reader->midi_transpose += transpose_;
    reader->set_metre(metre_);
    reader->unit = unit_.value_or(default_unit(metre_));
    KeyField key = key_;
    reader->set_key(key);
    if (!reader->voice.program) reader->voice.program = program_;
  }
}

void TuneReader::read_voice(std::string_view value) {
  value = trimmed(value);
  const std::string_view id = value.substr(0, value.find_first_of(" \t"));
  if (id.empty()) return;
  const auto found =
      std::ranges::find_if(voices_, [&](const auto& reader) { return reader->voice.id == id; });
  if (found == voices_.end() && voices_.size() >= kMostVoices) {
    return warn(fmt::format("more than {} voices", kMostVoices));
  }
  const auto place = static_cast<std::size_t>(found - voices_.begin());
  if (found != voices_.end()) {
    enter(place);
  } else {
    current_ = place;
    voices_.push_back(std::make_unique<MusicReader>(std::string(id)));
    if (in_body_) start_body();
  }
  continues_ = false;
  voice().set_properties(properties_from(value.substr(id.size())));
}

/// Goes on with a voice; where it has had its line of this system, another system begins.
void TuneReader::enter(std::size_t voice) {
  system_start_.resize(voices_.size(), 0);
  if (fill_ && voice != current_ && voices_[voice]->at > system_start_[voice]) fill_system();
  current_ = voice;
}

/// Where all voices that had a line stand at the same place, the others rest until there.
void TuneReader::fill_system() {
  const MusicReader* like = nullptr;
  bool agree = true;
  for (std::size_t i = 0; i < voices_.size(); ++i) {
    if (voices_[i]->at == system_start_[i]) continue;
    if (like == nullptr) like = voices_[i].get();
    agree = agree && voices_[i]->at == like->at;
  }
  for (std::size_t i = 0; i < voices_.size(); ++i) {
    const bool silent = voices_[i]->at == system_start_[i];
    if (agree && silent && voices_[i]->at < like->at) {
      voices_[i]->rest_until(like->at, like->voice);
    }
  }
  for (std::size_t i = 0; i < voices_.size(); ++i)
    system_start_[i] = voices_[i]->at;
}

void TuneReader::read_key(std::string_view value) {
  bool understood = true;
  const KeyField key = key_field(value, understood);
  if (!understood) warn(fmt::format("the key '{}' is not understood", text_of(trimmed(value))));
  if (in_body_) return voice().set_key(key);
  key_ = key;
  if (!key_.accidentals) key_.accidentals = Accidentals{};
  current_ = 0;
  start_body();
}

void TuneReader::read_metre(std::string_view value) {
  const WrittenMetre metre = metre_field(value);
  if (!metre && lower(trimmed(value)) != "none") {
    warn(fmt::format("the metre '{}' is not understood", text_of(trimmed(value))));
  }
  if (in_body_) return voice().set_metre(metre);
  metre_ = metre;
}

void TuneReader::read_unit(std::string_view value) {
  const auto unit = unit_field(value);
  if (!unit) return warn(fmt::format("the unit length '{}' is not understood", text_of(value)));
  if (in_body_) {
    voice().unit = *unit;
  } else {
    unit_ = unit;
  }
}

void TuneReader::read_tempo(std::string_view value) {
  if (!in_body_) {
    tempo_ = value;
    return;
  }
  const auto bpm = tempo_field(value, voice().unit);
  if (bpm) voice().voice.tempos.push_back({voice().at, *bpm});
}

void TuneReader::read_label(std::string_view value) {
  voice().voice.labels.push_back({voice().at, shortened(text_of(trimmed(value)), 64)});
}

void TuneReader::read_head_field(char letter, std::string_view value) {
  switch (letter) {
    case 'X':
      tune_.number = Scanner(trimmed(value)).number(0, 1000000000);
      break;
    case 'T':
      if (tune_.title.empty()) tune_.title = shortened(text_of(trimmed(value)), 400);
      break;
    case 'C':
      if (tune_.composer.empty()) tune_.composer = shortened(text_of(trimmed(value)), 400);
      break;
    case 'P':
      tune_.order = trimmed(value);
      break;
    default:
      break;
  }
}

void TuneReader::read_body_field(char letter, std::string_view value) {
  if (letter == 'P') read_label(value);
  if (letter == 'w') read_words(value);
}

void TuneReader::read_field(char letter, std::string_view value) {
  switch (letter) {
    case 'K':
      return read_key(value);
    case 'M':
      return read_metre(value);
    case 'L':
      return read_unit(value);
    case 'Q':
      return read_tempo(value);
    case 'V':
      return read_voice(value);
    case 'I':
      return read_directive(trimmed(value));
    default:
      break;
  }
  if (in_body_) {
    read_body_field(letter, value);
  } else {
    read_head_field(letter, value);
  }
}

void TuneReader::read_music(std::string_view line) {
  if (!in_body_) return;
  if (!continues_) {
    voice().start_line();
    verse_ = 0;
  }
  continues_ = trimmed(line).ends_with('\\');
  const auto report = [this](const std::string& text) { warn(text); };
  Scanner scan(line);
  while (!scan.done()) {
    voice().read(scan, report);
    if (scan.done() || size_of(voice().voice) > kMostWritten) break;
    scan.skip();
    const char letter = scan.take();
    scan.skip();
    const bool was_continued = continues_;
    const std::size_t before = current_;
    read_field(letter, scan.until(']'));
    continues_ = was_continued;
    if (current_ != before && letter == 'V') voice().start_line();
  }
}

void TuneReader::read_words(std::string_view value) {
  ++verse_;
  add_words(voice().voice, voice().line_notes, value, verse_);
}

void TuneReader::read_program(const std::vector<std::string_view>& words) {
  const int first = Scanner(words[2]).number(-1);
  if (words.size() > 3 && is_digit(words[3].front())) {
    channel_programs_.emplace_back(first, std::min(127, Scanner(words[3]).number(0)));
  } else if (first >= 0 && voices_.empty() && !in_body_) {
    program_ = std::min(first, 127);
  } else if (first >= 0) {
    voice().voice.program = std::min(first, 127);
  }
}

void TuneReader::read_midi(const std::vector<std::string_view>& words) {
  if (words.size() < 3) return;
  if (words[1] == "program") return read_program(words);
  if (words[1] == "channel") voice().voice.channel = Scanner(words[2]).number(1, 16);
  if (words[1] != "transpose") return;
  Scanner scan(words[2]);
  const bool down = scan.take_if('-');
  const int semitones = scan.number(0, 60) * (down ? -1 : 1);
  if (in_body_ || !voices_.empty()) {
    voice().midi_transpose = semitones;
  } else {
    transpose_ = semitones;
  }
}

void TuneReader::read_directive(std::string_view text) {
  const std::vector<std::string_view> words = words_of(text);
  if (words.empty()) return;
  if (words[0] == "MIDI") return read_midi(words);
  if (words[0] == "cantus-role" && words.size() > 1) {
    voice().voice.role = score::role_from_text(words[1]);
  }
  if (words[0].starts_with("begin")) in_text_ = true;
  if (words[0].starts_with("end")) in_text_ = false;
}

void TuneReader::read_line(const Line& line) {
  line_ = line.number;
  if (line.text.starts_with("%%")) return read_directive(without_comment(line.text.substr(2)));
  const std::string_view text = without_comment(line.text);
  if (in_text_ || trimmed(text).empty()) return;
  if (is_field(text)) return read_field(text[0], text.substr(2));
  read_music(text);
}

bool TuneReader::too_long() const {
  std::size_t size = 0;
  for (const auto& reader : voices_) {
    if (reader->too_long) return true;
    size += size_of(reader->voice);
  }
  return size > kMostWritten;
}

void TuneReader::finish() {
  for (const auto& [channel, program] : channel_programs_) {
    for (std::size_t i = 0; i < voices_.size(); ++i) {
      Voice& named = voices_[i]->voice;
      const int own = named.channel.value_or(static_cast<int>(i) + 1);
      if (own == channel) named.program = program;
    }
  }
  for (const auto& reader : voices_) {
    reader->finish();
    tune_.voices.push_back(std::move(reader->voice));
  }
  const auto bpm = tempo_field(tempo_, unit_.value_or(default_unit(metre_)));
  if (!tempo_.empty() && bpm && !tune_.voices.empty()) {
    auto& tempos = tune_.voices.front().tempos;
    tempos.insert(tempos.begin(), {0, *bpm});
  }
}

Result<Tune> TuneReader::read(const std::vector<Line>& book, const std::vector<Line>& lines) {
  for (const Line& line : book)
    read_line(line);
  for (std::size_t i = 0; i < lines.size() && !too_long(); ++i)
    read_line(lines[i]);
  if (!in_body_) {
    return fail(ErrorCode::invalid_input, fmt::format("line {}: the tune has no K: field", line_));
  }
  if (too_long()) {
    return fail(ErrorCode::invalid_input,
                fmt::format("line {}: the tune is too long: more than {} signs or {} whole notes",
                            line_, kMostWritten, kLongestTune / kGrainsPerWhole));
  }
  finish();
  return std::move(tune_);
}

/// How far the ends of the voices lie apart.
Grains raggedness(const Tune& tune) {
  Grains first = kLongestTune + kLongestNote;
  Grains last = 0;
  for (const Voice& voice : tune.voices) {
    if (voice.end == 0) continue;
    first = std::min(first, voice.end);
    last = std::max(last, voice.end);
  }
  return std::max<Grains>(last - first, 0);
}

}  // namespace

Result<Tune> read_tune(const std::vector<Line>& book, const std::vector<Line>& lines) {
  auto tune = TuneReader(false).read(book, lines);
  if (!tune || raggedness(*tune) == 0) return tune;
  auto filled = TuneReader(true).read(book, lines);
  return filled && raggedness(*filled) < raggedness(*tune) ? std::move(filled) : std::move(tune);
}

}  // namespace cantus::formats::abc
