#include "music/formats/abc/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace cantus::formats::abc {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0U | code >> 6U);
    byte(0x80U | (code & 0x3FU));
  } else {
    byte(0xE0U | code >> 12U);
    byte(0x80U | ((code >> 6U) & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  }
}

/// Bytes of the UTF-8 sequence at the start of `text`, 0 where it is not one.
std::size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 0;
  }
  const auto second = length > 1 ? static_cast<unsigned char>(text[1]) : 0U;
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool outside = (lead == 0xED && second >= 0xA0) || (lead == 0xF4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

/// The accents of ABC 2.1, section 8.2: what follows the backslash, base letters, Unicode.
struct Accent {
  char mark;
  std::string_view letters;
  std::array<std::uint16_t, 14> codes;
};
constexpr std::array<Accent, 9> kAccents = {{
    {'`', "AEIOUaeiou", {0xC0, 0xC8, 0xCC, 0xD2, 0xD9, 0xE0, 0xE8, 0xEC, 0xF2, 0xF9}},
    {'\'',
     "AEIOUYaeiouy",
     {0xC1, 0xC9, 0xCD, 0xD3, 0xDA, 0xDD, 0xE1, 0xE9, 0xED, 0xF3, 0xFA, 0xFD}},
    {'^', "AEIOUaeiou", {0xC2, 0xCA, 0xCE, 0xD4, 0xDB, 0xE2, 0xEA, 0xEE, 0xF4, 0xFB}},
    {'~', "ANOano", {0xC3, 0xD1, 0xD5, 0xE3, 0xF1, 0xF5}},
    {'"', "AEIOUaeiouy", {0xC4, 0xCB, 0xCF, 0xD6, 0xDC, 0xE4, 0xEB, 0xEF, 0xF6, 0xFC, 0xFF}},
    {'c', "Cc", {0xC7, 0xE7}},
    {'v', "CSZcsz", {0x10C, 0x160, 0x17D, 0x10D, 0x161, 0x17E}},
    {'/', "Oo", {0xD8, 0xF8}},
    {'a', "Aa", {0xC5, 0xE5}},
}};

/// HTML's names for accents, which follow the letter: &eacute;.
struct EntityEnding {
  std::string_view ending;
  char mark;
};
constexpr std::array<EntityEnding, 6> kEntityEndings = {
    {{"grave", '`'}, {"acute", '\''}, {"circ", '^'}, {"tilde", '~'}, {"uml", '"'}, {"cedil", 'c'}}};

std::uint32_t accented(char mark, char letter) {
  for (const Accent& accent : kAccents) {
    const std::size_t at = accent.letters.find(letter);
    if (accent.mark == mark && at != std::string_view::npos) return accent.codes[at];
  }
  return 0;
}

std::uint32_t four_hex_digits(std::string_view text) {
  std::uint32_t code = 0;
  if (text.size() < 4) return 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(lower(text.substr(i, 1)));
    if (digit == std::string_view::npos) return 0;
    code = code * 16 + static_cast<std::uint32_t>(digit);
  }
  return code >= 0xD800 && code < 0xE000 ? 0 : code;
}

bool take_backslash(Scanner& scan, std::string& out) {
  if (const std::uint32_t code = accented(scan.peek(1), scan.peek(2)); code != 0) {
    append_utf8(out, code);
    scan.skip(3);
    return true;
  }
  if (scan.peek(1) == 'u') {
    if (const std::uint32_t code = four_hex_digits(scan.rest().substr(2)); code >= 0x20) {
      append_utf8(out, code);
      scan.skip(6);
      return true;
    }
  }
  if (!contains("\\%&-", scan.peek(1)) || scan.peek(1) == '\0') return false;
  out.push_back(scan.peek(1));
  scan.skip(2);
  return true;
}

bool take_entity(Scanner& scan, std::string& out) {
  const std::size_t end = scan.rest().substr(0, 10).find(';');
  if (end == std::string_view::npos || end < 3) return false;
  const std::string_view ending = scan.rest().substr(2, end - 2);
  for (const EntityEnding& entity : kEntityEndings) {
    const std::uint32_t code = entity.ending == ending ? accented(entity.mark, scan.peek(1)) : 0;
    if (code == 0) continue;
    append_utf8(out, code);
    scan.skip(end + 1);
    return true;
  }
  return false;
}

}  // namespace

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}
bool contains(std::string_view characters, char c) {
  return characters.find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i < text.size() && (quoted || !is_space(text[i]))) continue;
    if (i > start) words.push_back(text.substr(start, i - start));
    start = i + 1;
  }
  return words;
}

std::string text_of(std::string_view bytes) {
  const bool latin = !is_utf8(bytes);
  std::string out;
  out.reserve(bytes.size());
  Scanner scan(bytes);
  while (!scan.done()) {
    if (scan.peek() == '\\' && take_backslash(scan, out)) continue;
    if (scan.peek() == '&' && take_entity(scan, out)) continue;
    const auto c = static_cast<unsigned char>(scan.take());
    if (latin && c >= 0x80) {
      append_utf8(out, c);
    } else {
      out.push_back(c < 0x20 || c == 0x7F ? ' ' : static_cast<char>(c));
    }
  }
  return out;
}

std::string shortened(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U)
    --bytes;
  text.resize(bytes);
  return text;
}

char Scanner::take() {
  const char c = peek();
  skip();
  return c;
}

bool Scanner::take_if(char c) {
  if (done() || peek() != c) return false;
  skip();
  return true;
}

void Scanner::skip_spaces() {
  while (!done() && is_space(peek()))
    skip();
}

int Scanner::number(int otherwise, int most) {
  if (!is_digit(peek())) return otherwise;
  std::int64_t value = 0;  // most is an int, so ten times it fits
  while (is_digit(peek()))
    value = std::min<std::int64_t>(most, value * 10 + (take() - '0'));
  return static_cast<int>(value);
}

std::string_view Scanner::until(char end) {
  const std::string_view before = rest_.substr(0, rest_.find(end));
  skip(before.size() + 1);
  return before;
}

}  // namespace cantus::formats::abc
