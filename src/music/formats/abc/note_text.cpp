#include "music/formats/abc/note_text.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include <fmt/format.h>

namespace cantus::formats::abc {
namespace {

constexpr std::int64_t kUnit = score::kTicksPerBeat / 2;

/// The key number of the letter without its sign; nothing where that leaves the keyboard.
std::optional<int> natural_of(score::Pitch pitch, score::Spelling spelling) {
  const int natural = pitch.key() - spelling.alter();
  const bool fits = spelling.pitch_class() == pitch.pitch_class() && natural >= 0 && natural < 132;
  return fits && std::abs(spelling.alter()) <= 2 ? std::optional(natural) : std::nullopt;
}

score::Spelling spelling_of(const score::Note& note, score::Key key) {
  if (note.spelling && natural_of(note.pitch, *note.spelling)) return *note.spelling;
  const score::Spelling usual = key.spell(note.pitch.pitch_class());
  if (natural_of(note.pitch, usual)) return usual;
  return score::Key{2, score::Mode::major}.spell(note.pitch.pitch_class());
}

std::string sign(int alter) {
  if (alter == 0) return "=";
  return std::string(static_cast<std::size_t>(std::abs(alter)), alter > 0 ? '^' : '_');
}

/// Octave 5 has the capitals from middle C, octave 6 the small letters.
std::string letter_text(char letter, int octave) {
  if (octave <= 5) return letter + std::string(static_cast<std::size_t>(5 - octave), ',');
  const char small = static_cast<char>(letter - 'A' + 'a');
  return small + std::string(static_cast<std::size_t>(octave - 6), '\'');
}

}  // namespace

void Speller::set_key(std::optional<score::Key> key) {
  key_ = key.value_or(score::Key{});
  signature_ = accidentals_of(key_.fifths);
}

void Speller::start_bar() {
  for (auto& written : in_bar_)
    written.clear();
}

void Speller::forget() {
  for (auto& written : in_bar_) {
    if (!written.empty()) written.push_back(kUnknown);
  }
}

bool Speller::needs_sign(std::size_t letter, Written note) const {
  const auto& written = in_bar_[letter];
  if (written.empty()) return note.alter != signature_[letter];
  const bool same = std::ranges::all_of(written, [&](Written w) { return w.alter == note.alter; });
  const bool here =
      std::ranges::any_of(written, [&](Written w) { return w.octave == note.octave; });
  return !same || !here;
}

std::string Speller::spelt(const score::Note& note) {
  const score::Spelling spelling = spelling_of(note, key_);
  const int natural = natural_of(note.pitch, spelling).value_or(note.pitch.key());
  const Written written{natural / 12, spelling.alter()};
  const auto letter = static_cast<std::size_t>(letter_index(spelling.letter()));
  std::string text;
  if (needs_sign(letter, written)) {
    text = sign(written.alter);
    std::erase_if(in_bar_[letter], [&](Written w) { return w.octave == written.octave; });
    in_bar_[letter].push_back(written);
  }
  return text + letter_text(spelling.letter(), written.octave);
}

LengthText length_text(score::TickLength length) {
  LengthText text;
  const std::int64_t shared = std::gcd(length.count(), kUnit);
  text.numerator = length.count() / shared;
  text.denominator = kUnit / shared;
  std::int64_t odd = text.denominator;
  while (odd % 2 == 0)
    odd /= 2;
  if (odd == 1) return text;
  text.tuplet = static_cast<int>(odd);
  text.time = static_cast<int>(std::bit_floor(static_cast<unsigned>(odd)));
  text.denominator = text.denominator / odd * text.time;
  const std::int64_t again = std::gcd(text.numerator, text.denominator);
  text.numerator /= again;
  text.denominator /= again;
  return text;
}

std::string to_text(const LengthText& length) {
  std::string text = length.numerator == 1 ? "" : std::to_string(length.numerator);
  if (length.denominator > 1) text += fmt::format("/{}", length.denominator);
  return text;
}

std::string fraction_text(score::TickLength length) {
  LengthText plain = length_text(length);
  plain.numerator *= plain.time;
  plain.denominator *= plain.tuplet;
  const std::int64_t shared = std::gcd(plain.numerator, plain.denominator);
  plain.numerator /= shared;
  plain.denominator /= shared;
  return to_text(plain);
}

std::string key_text(std::optional<score::Key> key) {
  constexpr std::array<std::string_view, score::kModes> kModes = {"",    "m",   "dor", "phr",
                                                                  "lyd", "mix", "loc"};
  if (!key) return "none";
  return score::to_text(key->tonic()) + std::string(kModes[static_cast<std::size_t>(key->mode)]);
}

score::Tick on_grid(score::Tick tick) {
  for (const std::int64_t step : {105, 252, 180, 280}) {
    if (tick.count() % step == 0) return tick;
  }
  constexpr std::int64_t kStep = 315;
  return score::Tick((tick.count() + kStep / 2) / kStep * kStep);
}

}  // namespace cantus::formats::abc
