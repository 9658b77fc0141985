// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/token.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "music/formats/humdrum/words.h"
#include "music/score/ticks.h"

namespace cantus::formats::humdrum {
namespace {

constexpr std::int64_t kWholeNote = 4 * score::kTicksPerBeat;
constexpr Moment kGraceLength(score::kTicksPerBeat / 2);

struct Digits {
  std::int64_t value = 0;
  std::size_t count = 0;
  bool zeros = true;
};

// At most six digits: no music needs more, and products stay in range.
Digits take_digits(std::string_view text, std::size_t& at) {
  Digits digits;
  while (at < text.size() && is_digit(text[at])) {
    if (digits.count < 6) digits.value = digits.value * 10 + (text[at] - '0');
    digits.zeros = digits.zeros && text[at] == '0';
    ++digits.count;
    ++at;
  }
  return digits;
}

// A whole note divided by `below` and times `above`; no digit but 0 is a breve, 00 a long.
std::optional<Moment> reciprocal(const Digits& below, std::int64_t above, int dots) {
  std::int64_t numerator = kWholeNote * above;
  std::int64_t denominator = below.value;
  if (below.zeros) {
    if (below.count > 3) return std::nullopt;
    numerator *= std::int64_t{1} << below.count;
    denominator = 1;
  }
  if (below.count > 6 || above == 0) return std::nullopt;
  const std::int64_t dotted = std::int64_t{1} << dots;
  return Moment(numerator * (2 * dotted - 1), denominator * dotted);
}

std::optional<score::Spelling> take_pitch(std::string_view text, int& key) {
  const auto is_name = [](char c) {
    const char upper = static_cast<char>(c & ~0x20);
    return upper >= 'A' && upper <= 'G';
  };
  const auto first = std::ranges::find_if(text, is_name);
  if (first == text.end()) return std::nullopt;
  const char name = *first;
  const auto last = std::find_if(first, text.end(), [name](char c) { return c != name; });
  const auto octaves = static_cast<int>(std::min<std::ptrdiff_t>(last - first, 12));
  int alter = 0;
  for (auto sign = last; sign != text.end() && (*sign == '#' || *sign == '-' || *sign == 'n');
       ++sign)
    alter = std::clamp(alter + (*sign == '#' ? 1 : *sign == '-' ? -1 : 0), -4, 4);
  const bool low = name < 'a';
  const int octave = low ? 4 - octaves : 3 + octaves;
  const auto spelling = score::Spelling::of(static_cast<char>(name & ~0x20), alter);
  const auto natural = score::Spelling::of(static_cast<char>(name & ~0x20), 0);
  key = 12 * (octave + 1) + natural.pitch_class().number() + alter;
  return spelling;
}

int accent_of(std::string_view text) {
  if (text.find('z') != std::string_view::npos) return 20;
  const auto marks = std::ranges::count(text, '^');
  return marks == 0 ? 0 : marks == 1 ? 10 : 16;
}

bool says_something(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool has(std::string_view text, char sign) {
  return text.find(sign) != std::string_view::npos;
}

void add_note(Token& token, std::string_view text, Moment length) {
  int key = 0;
  const auto spelling = take_pitch(text, key);
  const auto pitch = score::Pitch::from_key(key);
  if (!spelling || !pitch || token.notes.size() >= kMostNotesInAChord) {
    token.doubtful = true;
    return;
  }
  const bool middle = has(text, '_');
  token.notes.push_back({.pitch = *pitch,
                         .spelling = *spelling,
                         .length = length,
                         .tied_on = middle || has(text, '['),
                         .tied_from = middle || has(text, ']'),
                         .accent = accent_of(text)});
}

}  // namespace

std::optional<Moment> length_of(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && !is_digit(text[at]))
    ++at;
  if (at == text.size()) return std::nullopt;
  const Digits below = take_digits(text, at);
  std::int64_t above = 1;
  if (at + 1 < text.size() && text[at] == '%' && is_digit(text[at + 1])) {
    ++at;
    const Digits over = take_digits(text, at);
    if (over.count > 6) return std::nullopt;
    above = over.value;
  }
  const auto dots = static_cast<int>(std::min<std::ptrdiff_t>(std::ranges::count(text, '.'), 7));
  return reciprocal(below, above, dots);
}

Token read_token(std::string_view text) {
  Token token;
  token.grace = text.find_first_of("qQ") != std::string_view::npos;
  std::optional<Moment> length;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view one = take_field(rest, ' ');
    if (std::ranges::none_of(one, says_something)) continue;
    const auto own = length_of(one);
    if (own && !length) length = own;
    if (has(one, 'r')) continue;
    const auto lasts = own ? own : length;
    if (!lasts && !token.grace)
      token.doubtful = true;
    else
      add_note(token, one, lasts.value_or(kGraceLength));
  }
  if (!token.grace) token.length = length;
  token.doubtful = token.doubtful || (!token.grace && !length);
  return token;
}

}  // namespace cantus::formats::humdrum
