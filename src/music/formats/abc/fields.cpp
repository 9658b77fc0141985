#include "music/formats/abc/fields.h"

#include <algorithm>
#include <bit>

#include "music/formats/abc/text.h"

namespace cantus::formats::abc {
namespace {

struct TempoWord {
  std::string_view word;
  double bpm;
};
/// The usual metronome scales give ranges; these lie inside them.
constexpr std::array<TempoWord, 17> kTempoWords = {{
    {"larghissimo", 40},
    {"larghetto", 66},
    {"largo", 50},
    {"lento", 54},
    {"grave", 44},
    {"adagio", 66},
    {"andantino", 88},
    {"andante", 80},
    {"moderato", 104},
    {"allegretto", 112},
    {"allegro", 120},
    {"vivace", 140},
    {"prestissimo", 208},
    {"presto", 180},
    {"slow", 80},
    {"lively", 132},
    {"fast", 160},
}};

std::optional<double> tempo_from_words(std::string_view text) {
  const std::string words = lower(text);
  for (const TempoWord& row : kTempoWords) {
    if (words.find(row.word) != std::string::npos) return row.bpm;
  }
  return std::nullopt;
}

std::string without_quotes(std::string_view text, std::string& quoted) {
  std::string out;
  bool inside = false;
  for (const char c : text) {
    if (c == '"') {
      inside = !inside;
    } else {
      (inside ? quoted : out).push_back(c);
    }
  }
  return out;
}

/// The beat before '=': "1/4", "3/8", "1/8 3/8" added up, "C" and "C3" in unit lengths.
Grains tempo_beat(std::string_view text, Grains unit) {
  Grains sum = 0;
  for (const std::string_view word : words_of(text)) {
    Scanner scan(word);
    if (scan.take_if('C') || scan.take_if('c')) {
      sum += unit * scan.number(1, 64);
      continue;
    }
    const int numerator = scan.number(0, 64);
    const int denominator = scan.take_if('/') ? scan.number(1, 1024) : 1;
    if (denominator > 0) sum += kGrainsPerWhole * numerator / denominator;
  }
  return std::min(sum, kLongestNote);
}

int accidental_count(Scanner& scan) {
  int alter = 0;
  while (contains("#b", scan.peek()) && !scan.done())
    alter += scan.take() == '#' ? 1 : -1;
  if (scan.rest().starts_with("\u266F") || scan.rest().starts_with("\u266D")) {
    alter += scan.rest().starts_with("\u266F") ? 1 : -1;
    scan.skip(3);
  }
  return std::clamp(alter, -2, 2);
}

struct ModeName {
  std::string_view start;
  score::Mode mode;
};
constexpr std::array<ModeName, 9> kModeNames = {{{"maj", score::Mode::major},
                                                 {"ion", score::Mode::major},
                                                 {"min", score::Mode::minor},
                                                 {"aeo", score::Mode::minor},
                                                 {"dor", score::Mode::dorian},
                                                 {"phr", score::Mode::phrygian},
                                                 {"lyd", score::Mode::lydian},
                                                 {"mix", score::Mode::mixolydian},
                                                 {"loc", score::Mode::locrian}}};

/// Takes a mode's name, if one follows.
std::optional<score::Mode> take_mode(Scanner& scan) {
  Scanner ahead = scan;
  ahead.skip_spaces();
  std::size_t letters = 0;
  while (is_letter(ahead.peek(letters)))
    ++letters;
  const std::string word = lower(ahead.rest().substr(0, letters));
  if (ahead.peek(letters) == '=') return std::nullopt;  // "middle=d"
  std::optional<score::Mode> mode;
  for (const ModeName& row : kModeNames) {
    if (word.starts_with(row.start)) mode = row.mode;
  }
  if (word == "m") mode = ahead.peek() == 'M' ? score::Mode::major : score::Mode::minor;
  if (!mode) return std::nullopt;
  scan = ahead;
  scan.skip(letters);
  return mode;
}

/// "=c" or "^f" or "_B_e": marks that change the signature. False at the first other thing.
bool take_accidental(Scanner& scan, Accidentals& out) {
  Scanner ahead = scan;
  ahead.skip_spaces();
  const char first = ahead.peek();
  int alter = 0;
  if (first == '=') ahead.skip();
  while (first == '^' && ahead.take_if('^'))
    ++alter;
  while (first == '_' && ahead.take_if('_'))
    --alter;
  if (!contains("^_=", first) || first == '\0' || letter_index(ahead.peek()) < 0) return false;
  out[static_cast<std::size_t>(letter_index(ahead.take()))] = std::clamp(alter, -2, 2);
  scan = ahead;
  return true;
}

/// The mode on the same tonic that has exactly these accidentals, or the key as it was.
score::Key key_with(score::Key key, const Accidentals& accidentals) {
  for (int mode = 0; mode < score::kModes; ++mode) {
    const score::Key other = score::key_of(key.tonic(), static_cast<score::Mode>(mode));
    if (accidentals_of(other.fifths) == accidentals) return other;
  }
  return key;
}

/// "D", "F#m", "Bb mix", "A min": the tonic and mode at the start of K:.
std::optional<score::Key> take_key(Scanner& scan) {
  const char letter = scan.peek();
  const bool clef = letter_index(letter) >= 0 && is_letter(scan.peek(1)) &&
                    !contains("bmMiIaAdDpPlLxXhH", scan.peek(1));
  if (letter < 'A' || letter > 'G' || clef) return std::nullopt;
  scan.skip();
  const int alter = accidental_count(scan);
  const score::Mode mode = take_mode(scan).value_or(score::Mode::major);
  return score::key_of(score::Spelling::of(letter, alter), mode);
}

std::optional<int> integer(std::string_view text) {
  Scanner scan(text);
  const bool negative = scan.take_if('-');
  if (!negative) scan.take_if('+');
  if (!is_digit(scan.peek())) return std::nullopt;
  const int value = scan.number(0, 1000);
  return negative ? -value : value;
}

void read_property(std::string_view word, Properties& out) {
  const std::size_t equals = word.find('=');
  const std::string name =
      equals == std::string_view::npos ? "clef" : lower(word.substr(0, equals));
  std::string_view value = equals == std::string_view::npos ? word : word.substr(equals + 1);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  if (name == "transpose" || name == "t") out.transpose = integer(value);
  if (name == "octave") out.octave = out.octave.value_or(0) + integer(value).value_or(0);
  if (name == "name" || name == "nm") out.name = text_of(value);
  if (name != "clef") return;
  if (value.starts_with("perc")) out.percussion = true;
  if (value.ends_with("-8")) out.octave = out.octave.value_or(0) - 1;
  if (value.ends_with("+8")) out.octave = out.octave.value_or(0) + 1;
}

}  // namespace

int letter_index(char letter) {
  const std::size_t at = std::string_view("CDEFGABcdefgab").find(letter);
  return letter == '\0' || at == std::string_view::npos ? -1 : static_cast<int>(at % 7);
}

Accidentals accidentals_of(int fifths) {
  Accidentals out{};
  for (int place = fifths - 1; place < fifths + 6; ++place) {
    const score::Spelling note(place);
    out[static_cast<std::size_t>(letter_index(note.letter()))] = note.alter();
  }
  return out;
}

Properties properties_from(std::string_view text) {
  Properties out;
  for (const std::string_view word : words_of(text))
    read_property(word, out);
  if (out.transpose) out.transpose = std::clamp(*out.transpose, -60, 60);
  if (out.octave) out.octave = std::clamp(*out.octave, -5, 5);
  return out;
}

KeyField key_field(std::string_view text, bool& understood) {
  KeyField out;
  Scanner scan(trimmed(text));
  understood = true;
  if (scan.rest().starts_with("HP") || scan.rest().starts_with("Hp")) {
    out.key = score::Key{2, score::Mode::mixolydian};  // Highland pipes: A with F# and C#
    scan.skip(2);
  } else {
    out.key = take_key(scan);
  }
  const std::string first = lower(scan.rest().substr(0, 4));
  const bool none = !out.key && (first == "none" || scan.done());
  if (none) scan.skip(4);
  Accidentals accidentals = out.key ? accidentals_of(out.key->fifths) : Accidentals{};
  Scanner ahead = scan;
  ahead.skip_spaces();
  if (lower(ahead.rest().substr(0, 3)) == "exp") {
    ahead.skip(3);
    scan = ahead;
    accidentals = {};
  }
  bool changed = false;
  while (take_accidental(scan, accidentals))
    changed = true;
  if (out.key) out.key = key_with(*out.key, accidentals);
  if (out.key || none || changed) out.accidentals = accidentals;
  out.properties = properties_from(scan.rest());
  const bool clef = lower(text).find('=') != std::string::npos || out.properties.percussion ||
                    contains("tbap", first.empty() ? ' ' : first.front());
  understood = out.key || none || changed || clef;
  if (!understood) out.accidentals = Accidentals{};
  return out;
}

WrittenMetre metre_field(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with("C|")) return score::Metre{2, 2};
  if (text.starts_with("C")) return score::Metre{4, 4};
  Scanner scan(text);
  int numerator = 0;
  while (!scan.done() && scan.peek() != '/') {
    if (is_digit(scan.peek())) {
      numerator = std::min(1000, numerator + scan.number(0, 1000));
    } else if (contains("+() ", scan.peek())) {
      scan.skip();
    } else {
      return std::nullopt;
    }
  }
  if (!scan.take_if('/')) return std::nullopt;
  scan.skip_spaces();
  const int denominator = scan.number(0, 1000);
  const bool power = denominator > 0 && std::has_single_bit(static_cast<unsigned>(denominator));
  if (numerator < 1 || numerator > 64 || !power || denominator > 64) return std::nullopt;
  return score::Metre{numerator, denominator};
}

Grains default_unit(WrittenMetre metre) {
  const bool small = metre && 4 * metre->numerator < 3 * metre->denominator;
  return kGrainsPerWhole / (small ? 16 : 8);
}

std::optional<Grains> unit_field(std::string_view text) {
  Scanner scan(trimmed(text));
  const int numerator = scan.number(0, 64);
  scan.skip_spaces();
  const bool fraction = scan.take_if('/');
  scan.skip_spaces();
  const int denominator = fraction ? scan.number(0, 2048) : 1;
  if (numerator < 1 || denominator < 1 || numerator > denominator) return std::nullopt;
  return kGrainsPerWhole * numerator / denominator;
}

std::optional<double> tempo_field(std::string_view text, Grains unit) {
  std::string words;
  const std::string plain = without_quotes(text, words);
  const std::size_t equals = plain.find('=');
  const bool has_beat = equals != std::string::npos;
  Scanner scan(trimmed(has_beat ? std::string_view(plain).substr(equals + 1) : plain));
  const Grains beat =
      has_beat ? tempo_beat(std::string_view(plain).substr(0, equals), unit) : kGrainsPerWhole / 4;
  const int rate = scan.number(0, 10000);
  if (rate < 1 || beat < 1) return tempo_from_words(words.empty() ? plain : words);
  const double bpm = 4.0 * static_cast<double>(beat) / static_cast<double>(kGrainsPerWhole) * rate;
  return std::clamp(bpm, score::kSlowestBpm, score::kFastestBpm);
}

}  // namespace cantus::formats::abc
