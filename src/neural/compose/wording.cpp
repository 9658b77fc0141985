#include "neural/compose/wording.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <sstream>

#include "neural/compose/style.h"

namespace cantus::compose {
namespace {

using Words = std::vector<std::string>;

/// Words as they are written; "#" and "/" belong to them ("F#", "3/4").
Words written_words_of(std::string_view text) {
  Words words(1);
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) != 0 || c == '#' || c == '/' || c == '.') {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  for (std::string& word : words) {
    while (!word.empty() && word.back() == '.')
      word.pop_back();
  }
  std::erase(words, "");
  return words;
}

Words lowered(Words words) {
  for (std::string& word : words) {
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
  }
  return words;
}

struct Meaning {
  std::string_view word;
  std::string_view name;
};

constexpr std::array<Meaning, 40> kStyleWords = {{
    {"jig", "folk"},           {"reel", "folk"},         {"celtic", "folk"},
    {"irish", "folk"},         {"traditional", "folk"},  {"ballad", "song"},
    {"metal", "rock"},         {"punk", "rock"},         {"swing", "jazz"},
    {"bossa", "latin"},        {"samba", "latin"},       {"salsa", "latin"},
    {"tango", "latin"},        {"hip", "hiphop"},        {"lofi", "hiphop"},
    {"rap", "hiphop"},         {"techno", "dance"},      {"house", "dance"},
    {"edm", "dance"},          {"electronic", "dance"},  {"cinematic", "film"},
    {"movie", "film"},         {"orchestral", "film"},   {"soundtrack", "film"},
    {"chiptune", "game"},      {"videogame", "game"},    {"battle", "game"},
    {"arcade", "game"},        {"church", "hymn"},       {"choral", "hymn"},
    {"chorale", "hymn"},       {"baroque", "classical"}, {"sonata", "classical"},
    {"minuet", "classical"},   {"cradle", "lullaby"},    {"sleep", "ambient"},
    {"meditation", "ambient"}, {"relaxing", "ambient"},  {"disco", "dance"},
    {"bluegrass", "country"},
}};

constexpr std::array<Meaning, 34> kMoodWords = {{
    {"quiet", "calm"},         {"gentle", "calm"},      {"relaxed", "calm"},
    {"relaxing", "calm"},      {"soft", "calm"},        {"soothing", "peaceful"},
    {"serene", "peaceful"},    {"sleepy", "peaceful"},  {"joyful", "happy"},
    {"cheerful", "happy"},     {"merry", "happy"},      {"joyous", "happy"},
    {"uplifting", "bright"},   {"hopeful", "bright"},   {"sunny", "bright"},
    {"fast", "energetic"},     {"lively", "energetic"}, {"driving", "energetic"},
    {"exciting", "energetic"}, {"heroic", "epic"},      {"grand", "epic"},
    {"triumphant", "epic"},    {"scary", "tense"},      {"suspense", "tense"},
    {"suspenseful", "tense"},  {"nervous", "tense"},    {"furious", "angry"},
    {"aggressive", "angry"},   {"gloomy", "dark"},      {"mysterious", "dark"},
    {"sorrowful", "sad"},      {"mournful", "sad"},     {"wistful", "melancholy"},
    {"tender", "romantic"},
}};

struct InstrumentWord {
  std::string_view word;
  score::Role role;
  int program;
};

constexpr std::array<InstrumentWord, 26> kInstrumentWords = {{
    {"flute", score::Role::melody, 73},      {"violin", score::Role::melody, 40},
    {"fiddle", score::Role::melody, 40},     {"cello", score::Role::melody, 42},
    {"oboe", score::Role::melody, 68},       {"clarinet", score::Role::melody, 71},
    {"trumpet", score::Role::melody, 56},    {"saxophone", score::Role::melody, 66},
    {"sax", score::Role::melody, 66},        {"horn", score::Role::melody, 60},
    {"whistle", score::Role::melody, 78},    {"recorder", score::Role::melody, 74},
    {"accordion", score::Role::melody, 21},  {"harmonica", score::Role::melody, 22},
    {"vibraphone", score::Role::melody, 11}, {"piano", score::Role::chords, 0},
    {"guitar", score::Role::chords, 24},     {"harp", score::Role::chords, 46},
    {"organ", score::Role::chords, 19},      {"harpsichord", score::Role::chords, 6},
    {"banjo", score::Role::chords, 105},     {"strings", score::Role::pad, 48},
    {"choir", score::Role::pad, 52},         {"synth", score::Role::pad, 89},
    {"contrabass", score::Role::bass, 43},   {"mandolin", score::Role::chords, 25},
}};

template <std::size_t N>
void set_name(std::optional<std::string>& field,
              const Words& words,
              const std::array<Meaning, N>& meanings,
              bool (*known)(std::string_view)) {
  for (const std::string& word : words) {
    if (field) return;
    const auto found = std::ranges::find(meanings, word, &Meaning::word);
    if (known(word)) {
      field = word;
    } else if (found != meanings.end()) {
      field = std::string(found->name);
    }
  }
}

std::optional<double> number(std::string_view word) {
  double value = 0.0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
  if (read.ec != std::errc() || read.ptr != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<double> number_or_word(std::string_view word) {
  constexpr std::array<std::string_view, 11> kNumbers = {
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};
  const auto found = std::ranges::find(kNumbers, word);
  if (found != kNumbers.end()) return static_cast<double>(found - kNumbers.begin());
  if (word == "a") return 1.0;
  if (word == "half") return 0.5;
  return number(word);
}

bool begins(const std::string& word, std::string_view start) {
  return word.starts_with(start);
}

/// What stands before the unit `words[i]`: "two", "half a", "quarter of a", "one and a half".
std::optional<double> amount_before(const Words& words, std::size_t i) {
  const auto at = [&](std::size_t back) {
    return back <= i ? std::string_view(words[i - back]) : "";
  };
  if (at(1) == "half" && at(2) == "a" && at(3) == "and") {
    const auto whole = number_or_word(at(4));
    return whole ? std::optional(*whole + 0.5) : std::nullopt;
  }
  if (at(1) == "a" && at(2) == "half") return 0.5;
  if (at(1) == "a" && at(2) == "of" && at(3) == "quarter") return 0.25;
  return number_or_word(at(1));
}

/// 1 or 60 for a unit of time, else nothing.
std::optional<double> seconds_in(const std::string& word) {
  if (begins(word, "second") || word == "s" || word == "sec" || word == "secs") return 1.0;
  if (begins(word, "minute") || word == "min" || word == "mins") return 60.0;
  return std::nullopt;
}

/// All the amounts of time that are named, together: "2 min 30 sec", "a minute and a half".
std::optional<double> time_of(const Words& words) {
  double sum = 0.0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto unit = seconds_in(words[i]);
    const auto amount = unit && i > 0 ? amount_before(words, i) : std::nullopt;
    if (!amount || *amount <= 0) continue;
    if (*unit == 1.0 && words[i - 1] == "a") continue;  // "a second theme"
    sum += *amount * *unit;
    const bool and_a_half = i + 3 < words.size() && words[i + 1] == "and" && words[i + 2] == "a" &&
                            words[i + 3] == "half";
    if (and_a_half) sum += 0.5 * *unit;
  }
  return sum > 0 ? std::optional(sum) : std::nullopt;
}

/// "96 bpm", "16 bars", "a 16-bar tune", "two minutes", "3/4".
void set_numbers(Brief& brief, const Words& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].find('/') != std::string::npos && !brief.metre) {
      if (const auto metre = metre_from_text(words[i])) brief.metre = *metre;
    }
    if (i == 0) continue;
    const auto value = number_or_word(words[i - 1]);
    if (!value || *value <= 0) continue;
    if (words[i] == "bpm" && !brief.tempo) brief.tempo = *value;
    const bool bars = words[i] == "bars" || (words[i] == "bar" && words[i - 1] != "a");
    if (bars && !brief.bars) brief.bars = static_cast<int>(std::min(*value, 1e6));
  }
  if (!brief.seconds && !brief.bars) brief.seconds = time_of(words);
}

/// "in D minor", "in b flat major", "f# minor", "minor".
void set_key(Brief& brief, const Words& words) {
  for (std::size_t i = 0; i < words.size() && !brief.key; ++i) {
    const bool mode = words[i] == "minor" || words[i] == "major" || words[i] == "dorian" ||
                      words[i] == "mixolydian" || words[i] == "phrygian" || words[i] == "lydian";
    if (!mode || i == 0) continue;
    std::string tonic = words[i - 1];
    if (i > 1 && tonic == "flat") tonic = words[i - 2] + "b";
    if (i > 1 && tonic == "sharp") tonic = words[i - 2] + "#";
    if (tonic.empty()) continue;
    tonic[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(tonic[0])));
    if (const auto key = score::key_from_text(tonic + " " + words[i])) brief.key = *key;
  }
}

/// "in E", "in Bb", "in F#m": capitals only, and "in A" only where no noun follows.
void set_key_without_mode(Brief& brief, const Words& written) {
  constexpr std::array<std::string_view, 5> kLinks = {"at", "for", "with", "and", "of"};
  for (std::size_t i = 1; i < written.size() && !brief.key; ++i) {
    const std::string& word = written[i];
    const bool named = (written[i - 1] == "in" || written[i - 1] == "In") && word.size() <= 3 &&
                       word[0] >= 'A' && word[0] <= 'G';
    const bool noun_follows =
        i + 1 < written.size() && std::ranges::find(kLinks, written[i + 1]) == kLinks.end();
    if (!named || (word == "A" && noun_follows)) continue;
    if (const auto key = score::key_from_text(word)) brief.key = *key;
  }
}

void set_instruments(Brief& brief, const Words& words) {
  for (const std::string& word : words) {
    std::string one = word;
    if (one.size() > 4 && one.ends_with('s') && one != "strings" && one != "contrabass") {
      one.pop_back();
    }
    const auto found = std::ranges::find(kInstrumentWords, one, &InstrumentWord::word);
    if (found != kInstrumentWords.end()) brief.programs.try_emplace(found->role, found->program);
  }
}

}  // namespace

void read_wording(Brief& brief) {
  if (brief.text.empty()) return;
  const Words written = written_words_of(brief.text);
  const Words words = lowered(written);
  set_name(brief.style, words, kStyleWords,
           [](std::string_view word) { return find_style(word) != nullptr; });
  set_name(brief.mood, words, kMoodWords,
           [](std::string_view word) { return find_mood(word) != nullptr; });
  const bool slow = std::ranges::find(words, "slow") != words.end();
  if (slow && !brief.mood) brief.mood = "calm";
  set_numbers(brief, words);
  set_key(brief, words);
  set_key_without_mode(brief, written);
  set_instruments(brief, words);
}

}  // namespace cantus::compose
