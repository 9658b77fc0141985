#include "neural/tokens/vocabulary.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>

#include "base/random.h"

namespace cantus::tokens {
namespace {

constexpr std::array<std::string_view, kKinds> kKindNames = {
    "end",      "style", "metre",    "key",     "tempo",    "section", "pickup",  "bar",
    "position", "root",  "quality",  "over",    "no_chord", "part",    "program", "velocity",
    "pitch",    "drum",  "duration", "valence", "arousal",  "density", "height",  "chords_last",
    "later",    "here",  "again",    "left",    "moved",    "shaped",  "rhythm"};

constexpr std::array<std::string_view, 24> kStyles = {
    "any",    "folk", "song",    "hymn",   "art_song", "chamber", "orchestra", "piano",
    "band",   "game", "film",    "rock",   "funk",     "jazz",    "latin",     "pop",
    "hiphop", "soul", "country", "reggae", "afro",     "punk",    "blues",     "dance"};

constexpr std::array<std::string_view, 16> kSections = {
    "A",     "B",     "C",      "D",      "E",    "F",         "G",     "H",
    "intro", "verse", "chorus", "bridge", "solo", "interlude", "outro", "other"};

std::string letters_lowered(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::string value_name(Word w) {
  switch (w.kind) {
    case Kind::style:
      return std::string(kStyles[static_cast<std::size_t>(w.value)]);
    case Kind::metre:
      return std::to_string(metre_of(w.value).numerator) + "/" +
             std::to_string(metre_of(w.value).denominator);
    case Kind::key:
      return score::to_text(key_of(w.value));
    case Kind::section:
      return std::string(kSections[static_cast<std::size_t>(w.value)]);
    case Kind::quality:
      return std::string(score::symbol(static_cast<score::Quality>(w.value)));
    case Kind::part:
      return std::string(score::to_text(static_cast<score::Role>(w.value / kPartsPerRole))) +
             std::to_string(w.value % kPartsPerRole + 1);
    case Kind::tempo:
      return std::to_string(kSlowestTempo + kTempoStep * w.value);
    case Kind::left:
      return std::to_string(kMostBarsCounted + 1 + w.value);
    case Kind::drum:
      return std::to_string(kLowestDrum + w.value);
    case Kind::again:
    case Kind::moved:
    case Kind::shaped:
    case Kind::rhythm:
    case Kind::bar:
    case Kind::duration:
      return std::to_string(w.value + 1);
    default:
      return std::to_string(w.value);
  }
}

}  // namespace

Word word(Token token) {
  int left = token;
  for (int kind = 0; kind < kKinds; ++kind) {
    const int count = kCounts[static_cast<std::size_t>(kind)];
    if (left < count) return Word{static_cast<Kind>(kind), left};
    left -= count;
  }
  return Word{};
}

std::string name_of(Token token) {
  const Word w = word(token);
  std::string name(kKindNames[static_cast<std::size_t>(w.kind)]);
  if (count_of(w.kind) > 1) name += ":" + value_name(w);
  return name;
}

std::uint64_t vocabulary_hash() {
  std::string names;
  for (int id = 0; id < kVocabularySize; ++id) {
    names += (id == 0 ? "" : "\n") + name_of(static_cast<Token>(id));
  }
  return hash_of(names);
}

std::span<const std::string_view> styles() {
  return kStyles;
}

std::optional<int> style_from_text(std::string_view name) {
  const auto found = std::ranges::find(kStyles, name);
  if (found == kStyles.end()) return std::nullopt;
  return static_cast<int>(found - kStyles.begin());
}

std::span<const std::string_view> section_names() {
  return kSections;
}

int section_from_text(std::string_view name) {
  const auto exact = std::ranges::find(kSections, name);
  if (exact != kSections.end()) return static_cast<int>(exact - kSections.begin());
  const std::string letters = letters_lowered(name);
  if (letters.size() == 1 && letters[0] <= 'h') return letters[0] - 'a';
  for (std::size_t i = 8; i + 1 < kSections.size(); ++i) {
    if (letters.starts_with(kSections[i])) return static_cast<int>(i);
  }
  if (letters.starts_with("refrain")) return 10;
  if (letters.starts_with("coda") || letters.starts_with("ending")) return 14;
  return 15;
}

std::optional<int> metre_value(score::Metre metre) {
  if (metre.numerator < 1 || metre.numerator > 16) return std::nullopt;
  if (metre.denominator < 2 || metre.denominator > 16) return std::nullopt;
  if (metre.bar_length() > kStep * kMostSteps) return std::nullopt;
  const int log = std::bit_width(static_cast<unsigned>(metre.denominator)) - 1;
  return (metre.numerator - 1) * 4 + log - 1;
}

score::Metre metre_of(int value) {
  return {value / 4 + 1, 2 << (value % 4)};
}

int key_value(score::Key key) {
  return static_cast<int>(key.mode) * 12 + key.tonic().pitch_class().number();
}

score::Key key_of(int value) {
  const auto mode = static_cast<score::Mode>(value / 12);
  const int up = (value % 12) - score::Key{0, mode}.tonic().pitch_class().number();
  return score::transposed(score::Key{0, mode}, up);
}

int tempo_value(double bpm) {
  const long step = std::lround((bpm - kSlowestTempo) / kTempoStep);
  return static_cast<int>(std::clamp(step, 0L, static_cast<long>(kTempos) - 1));
}

double tempo_of(int value) {
  return kSlowestTempo + kTempoStep * value;
}

int velocity_band(int velocity) {
  return std::clamp(velocity, 0, 127) / 16;
}

int velocity_of(int band) {
  return band * 16 + (band == 0 ? 8 : 0);
}

int mood_band(double deviation) {
  return std::clamp(
      static_cast<int>(std::lround(2.0 * std::clamp(deviation, -9.0, 9.0))) + kMoodBands / 2, 0,
      kMoodBands - 1);
}

int density_band(double strokes_a_beat) {
  const double octaves = std::log2(std::clamp(strokes_a_beat, 0.01, 100.0));
  return std::clamp(static_cast<int>(std::lround(2.0 * octaves)) + 4, 0, kDensityBands - 1);
}

int height_band(double mean_key) {
  return std::clamp(static_cast<int>(std::floor((mean_key - 40.0) / 6.0)), 0, kHeightBands - 1);
}

}  // namespace cantus::tokens
