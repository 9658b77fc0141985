#include "music/score/key.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace cantus::score {
namespace {

constexpr std::array<std::string_view, kModes> kModeNames = {
    "major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian"};

/// Fifths from the tonic of the major key with the same signature up to this mode's tonic.
constexpr std::array<int, kModes> kTonicFifths = {0, 3, 2, 4, -1, 1, 5};

int tonic_fifths(Mode mode) {
  return kTonicFifths[static_cast<std::size_t>(mode)];
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

Result<Mode> mode_from_text(std::string_view word, std::string_view whole) {
  if (word == "m") return Mode::minor;
  if (word == "M") return Mode::major;
  const std::string name = lower(word);
  if (name == "ionian" || name == "ion") return Mode::major;
  if (name == "aeolian" || name == "aeo") return Mode::minor;
  if (name.size() >= 3) {
    for (std::size_t i = 0; i < kModeNames.size(); ++i) {
      if (kModeNames[i].starts_with(name)) return static_cast<Mode>(i);
    }
  }
  return fail(ErrorCode::invalid_input, "'" + std::string(whole) + "' names no mode we know; try " +
                                            "\"D minor\", \"G major\" or \"E dorian\"");
}

/// "C sharp minor" and "B-flat" with signs for the words.
std::string with_signs(std::string_view text) {
  std::string out(text);
  for (const auto& [word, sign] : {std::pair("sharp", '#'), std::pair("flat", 'b')}) {
    const std::size_t at = out.find(word);
    const std::size_t length = std::string_view(word).size();
    if (at == std::string::npos || at < 2 || (out[at - 1] != ' ' && out[at - 1] != '-')) continue;
    out.replace(at - 1, length + 1, 1, sign);
  }
  return out;
}

}  // namespace

Spelling Key::tonic() const {
  return Spelling(fifths + tonic_fifths(mode));
}

std::array<PitchClass, 7> Key::scale() const {
  std::array<PitchClass, 7> scale;
  for (int i = 0; i < 7; ++i)
    scale[static_cast<std::size_t>(i)] = Spelling(fifths - 1 + i).pitch_class();
  const PitchClass start = tonic().pitch_class();
  std::ranges::sort(scale, {}, [&](PitchClass p) { return p.above(start); });
  return scale;
}

bool Key::contains(PitchClass pitch_class) const {
  const auto notes = scale();
  return std::ranges::find(notes, pitch_class) != notes.end();
}

Spelling Key::spell(PitchClass pitch_class) const {
  // Twelve places on the line of fifths, more of them sharpward in minor, so that the raised sixth
  // and seventh are sharps and major's borrowed notes flats.
  const int lowest = fifths - 1 - (mode == Mode::minor ? 1 : 2);
  for (int place = lowest; place < lowest + 12; ++place) {
    if (Spelling(place).pitch_class() == pitch_class) return Spelling(place);
  }
  return Spelling(lowest);
}

Key key_of(Spelling tonic, Mode mode) {
  int fifths = tonic.fifths() - tonic_fifths(mode);
  while (fifths > 7)
    fifths -= 12;
  while (fifths < -7)
    fifths += 12;
  return Key{fifths, mode};
}

Key transposed(Key key, int semitones) {
  int fifths = key.fifths + 7 * semitones;
  fifths = ((fifths % 12) + 12) % 12;
  return Key{fifths > 6 ? fifths - 12 : fifths, key.mode};
}

int semitones_from_home(Key key) {
  const Key home{0, key.mode};
  const int up = key.tonic().pitch_class().above(home.tonic().pitch_class());
  return up > 6 ? up - 12 : up;
}

std::string_view to_text(Mode mode) {
  return kModeNames[static_cast<std::size_t>(mode)];
}

std::string to_text(Key key) {
  return to_text(key.tonic()) + " " + std::string(to_text(key.mode));
}

Result<Key> key_from_text(std::string_view text) {
  const std::string in_signs = with_signs(text);
  std::string_view rest = in_signs;
  while (!rest.empty() && rest.front() == ' ')
    rest.remove_prefix(1);
  while (!rest.empty() && rest.back() == ' ')
    rest.remove_suffix(1);
  std::size_t name = rest.empty() ? 0 : 1;
  while (name < rest.size() && (rest[name] == '#' || (rest[name] == 'b' && name < 3) ||
                                static_cast<unsigned char>(rest[name]) >= 0x80)) {
    ++name;
  }
  const auto tonic = spelling_from_text(rest.substr(0, name));
  if (!tonic) {
    return fail(ErrorCode::invalid_input,
                "'" + std::string(text) + "' is not a key; try \"D minor\" or \"Bb major\"");
  }
  const bool small = std::islower(static_cast<unsigned char>(rest.front())) != 0;
  rest.remove_prefix(name);
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '-'))
    rest.remove_prefix(1);
  if (rest.empty()) return key_of(*tonic, small ? Mode::minor : Mode::major);
  const auto mode = mode_from_text(rest, text);
  if (!mode) return tl::unexpected<Error>(mode.error());
  return key_of(*tonic, *mode);
}

}  // namespace cantus::score
