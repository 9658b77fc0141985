// The characters of a tune: scanning them, and making UTF-8 of what titles and words hold.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cantus::formats::abc {

bool is_digit(char c);
bool is_letter(char c);
bool is_space(char c);
std::string_view trimmed(std::string_view text);
std::string lower(std::string_view text);
bool contains(std::string_view characters, char c);

/// Words between spaces; quoted stretches stay whole with their quotes.
std::vector<std::string_view> words_of(std::string_view text);

/// UTF-8 from UTF-8 or, where the bytes are not that, Latin-1; ABC's mnemonics (\'e, \u00e9,
/// &eacute;) become the characters they stand for and control characters spaces.
std::string text_of(std::string_view bytes);

/// At most `bytes` of UTF-8, cut between characters.
std::string shortened(std::string text, std::size_t bytes);

/// A place in a line. Reading at the end gives '\0'.
class Scanner {
 public:
  explicit Scanner(std::string_view line) : rest_(line) {}

  bool done() const { return rest_.empty(); }
  char peek(std::size_t ahead = 0) const { return ahead < rest_.size() ? rest_[ahead] : '\0'; }
  char take();
  bool take_if(char c);
  void skip(std::size_t count = 1) {
    rest_.remove_prefix(count < rest_.size() ? count : rest_.size());
  }
  void skip_spaces();
  std::string_view rest() const { return rest_; }

  /// Digits as a number held to `most`; `otherwise` where there are none.
  int number(int otherwise, int most = 100000);
  /// What stands before the next `end`, which is taken too; all the rest where there is none.
  std::string_view until(char end);

 private:
  std::string_view rest_;
};

}  // namespace cantus::formats::abc
