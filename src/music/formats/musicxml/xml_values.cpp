#include "music/formats/musicxml/xml_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace cantus::formats::musicxml {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

/// Bytes of the well-formed UTF-8 character that `text` starts with, or 0 (Unicode 15, table 3-7).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  const std::uint8_t second = byte(1);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool surrogate = first == 0xed && second > 0x9f;
  const bool beyond = first == 0xf4 && second > 0x8f;
  return overlong || surrogate || beyond ? 0 : length;
}

bool is_control(std::string_view character) {
  const auto first = static_cast<std::uint8_t>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  const bool c1 = first == 0xc2 && static_cast<std::uint8_t>(character[1]) < 0xa0;
  return c1 || character == "\xef\xbf\xbe" || character == "\xef\xbf\xbf";
}

}  // namespace

std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (text.empty() || !whole || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<int> integer_in(std::string_view text) {
  const auto value = number_in(text);
  if (!value || std::abs(*value) > 1e9) return std::nullopt;
  return static_cast<int>(std::lround(*value));
}

int integer_in(std::string_view text, int lowest, int highest, int otherwise) {
  const auto value = integer_in(text);
  return value ? std::clamp(*value, lowest, highest) : otherwise;
}

std::string clean_text(std::string_view text, std::size_t limit) {
  std::string out;
  bool gap = false;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view character = length == 0 ? "\xef\xbf\xbd" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
    if (character == " " || is_control(character)) {
      gap = !out.empty();
      continue;
    }
    if (out.size() + character.size() + (gap ? 1 : 0) > limit) break;
    if (gap) out.push_back(' ');
    gap = false;
    out += character;
  }
  return out;
}

std::string letters_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') out.push_back(c);
    if (c >= 'A' && c <= 'Z') out.push_back(static_cast<char>(c - 'A' + 'a'));
  }
  return out;
}

}  // namespace cantus::formats::musicxml
