#include "music/formats/midi/texts.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace cantus::formats::midi {
namespace {

constexpr double kMicrosecondsAMinute = 60e6;
constexpr std::int64_t kMostBeats = kLongestPiece.count() / score::kTicksPerBeat;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Bytes of the UTF-8 character at the start of `text`; 0 where there is none. Overlong forms and
/// surrogates are not characters (Unicode 15, table 3-7).
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80                    ? 1
                             : lead >= 0xC2 && lead <= 0xDF ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                   is_continuation)) {
    return 0;
  }
  const auto second = length > 1 ? static_cast<unsigned char>(text[1]) : 0;
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_space(char c) {
  return c == '\t' || c == '\n' || c == '\r';
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string_view> value_of(std::string_view text, std::string_view word) {
  if (!text.starts_with(word) || text.substr(word.size(), 1) != ":") return std::nullopt;
  return text.substr(word.size() + 1);
}

std::string worded(std::string_view word, std::string_view value) {
  return fmt::format("{}:{}", word, value);
}

std::string to_text(score::TickLength length) {
  const std::int64_t common = std::gcd(length.count(), score::kTicksPerBeat);
  const std::int64_t denominator = score::kTicksPerBeat / common;
  if (denominator == 1) return std::to_string(length.count() / common);
  return fmt::format("{}/{}", length.count() / common, denominator);
}

Result<score::TickLength> beats_from_text(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto numerator = whole_number(text.substr(0, slash));
  const auto denominator = slash == text.size() ? 1 : whole_number(text.substr(slash + 1));
  const bool sane = numerator && denominator && *denominator > 0 && *numerator >= 0 &&
                    *denominator <= score::kTicksPerBeat &&
                    score::kTicksPerBeat % *denominator == 0 &&
                    *numerator <= kMostBeats * *denominator;
  if (!sane) {
    return fail(ErrorCode::invalid_input,
                fmt::format("'{}' is not a length such as 1 or 3/2", text));
  }
  return score::beats(*numerator, *denominator);
}

std::string clean_text(std::string_view bytes) {
  bytes = bytes.substr(0, bytes.find('\0'));
  std::string out;
  const bool utf8 = is_utf8(bytes);
  for (const char c : bytes) {
    if (is_space(c)) {
      out += ' ';
    } else if (is_control(c)) {
      continue;
    } else if (utf8 || static_cast<unsigned char>(c) < 0x80) {
      out += c;
    } else {
      const auto code = static_cast<unsigned char>(c);
      out += static_cast<char>(0xC0U | (code >> 6U));
      out += static_cast<char>(0x80U | (code & 0x3FU));
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

double bpm_of(std::uint32_t microseconds_a_beat) {
  const double exact = kMicrosecondsAMinute / microseconds_a_beat;
  for (const double steps : {1.0, 2.0, 10.0, 100.0, 1000.0}) {
    const double round = std::round(exact * steps) / steps;
    if (round <= 0.0) continue;
    // Some programs cut the fraction off instead of rounding: 93.6 a minute is 641025.64.
    const bool cut = std::floor(kMicrosecondsAMinute / round) == microseconds_a_beat;
    if (cut || microseconds_of(round) == microseconds_a_beat) return round;
  }
  return exact;
}

std::uint32_t microseconds_of(double bpm) {
  return static_cast<std::uint32_t>(std::min(std::round(kMicrosecondsAMinute / bpm), 16'777'215.0));
}

}  // namespace cantus::formats::midi
