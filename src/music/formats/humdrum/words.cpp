// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/words.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <utility>

namespace cantus::formats::humdrum {
namespace {

// Bytes of the character that starts with `lead`; 0 where none does (overlong leads included).
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// RFC 3629, section 4: what the byte after these leads may be; surrogates and overlong forms fall.
bool second_is_allowed(unsigned char lead, unsigned char second) {
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xED) return second <= 0x9F;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second <= 0x8F;
  return true;
}

// HTML 4's names of the letters from U+00C0 on, and of the signs that must be escaped.
constexpr std::string_view kLetters[] = {
    "Agrave", "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig", "Ccedil",
    "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc", "Iuml",
    "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",  "times",
    "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN", "szlig",
    "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig", "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc", "iuml",
    "eth",    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",  "divide",
    "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn", "yuml"};
constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
    {"amp", "&"},  {"lt", "<"},    {"gt", ">"},  {"quot", "\""},
    {"apos", "'"}, {"colon", ":"}, {"nbsp", " "}};

// Empty where the name is not known.
std::string letter_called(std::string_view name) {
  for (const auto& [sign, text] : kSigns)
    if (sign == name) return std::string(text);
  const auto* letter = std::ranges::find(kLetters, name);
  if (letter == std::end(kLetters)) return {};
  const char latin1 = static_cast<char>(0xC0 + (letter - std::begin(kLetters)));
  return utf8_from_latin1({&latin1, 1});
}

}  // namespace

std::string without_entities(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '&' ? text.substr(at, 9).find(';') : std::string_view::npos;
    const std::string letter =
        end == std::string_view::npos ? std::string() : letter_called(text.substr(at + 1, end - 1));
    if (letter.empty())
      plain.push_back(text[at++]);
    else {
      plain += letter;
      at += end + 1;
    }
  }
  return plain;
}

std::string_view take_field(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return field;
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find_first_of("\r\n");
  const std::string_view line = rest.substr(0, end);
  if (end == std::string_view::npos) {
    rest = {};
    return line;
  }
  const bool both = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
  rest.remove_prefix(end + (both ? 2 : 1));
  return line;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  fields.reserve(static_cast<std::size_t>(std::ranges::count(line, '\t')) + 1);
  for (std::size_t from = 0;;) {
    const std::size_t end = line.find('\t', from);
    fields.push_back(line.substr(from, end - from));
    if (end == std::string_view::npos) return fields;
    from = end + 1;
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::optional<int> leading_number(std::string_view text) {
  int value = 0;
  std::size_t at = 0;
  for (; at < text.size() && at < 9 && is_digit(text[at]); ++at)
    value = value * 10 + text[at] - '0';
  if (at == 0) return std::nullopt;
  return value;
}

std::optional<double> leading_decimal(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  double value = 0;
  const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto result = std::from_chars(text.data(), text.data() + end, value);
  if (result.ec != std::errc()) return std::nullopt;
  return value;
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = sequence_length(lead);
    if (length == 0 || length > bytes.size() - at) return false;
    for (std::size_t i = 1; i < length; ++i)
      if ((static_cast<unsigned char>(bytes[at + i]) & 0xC0U) != 0x80U) return false;
    if (length > 1 && !second_is_allowed(lead, static_cast<unsigned char>(bytes[at + 1])))
      return false;
    at += length;
  }
  return true;
}

std::string utf8_from_latin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < 0x80) {
      text.push_back(byte);
    } else {
      text.push_back(static_cast<char>(0xC0U | (code >> 6U)));
      text.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
    }
  }
  return text;
}

}  // namespace cantus::formats::humdrum
