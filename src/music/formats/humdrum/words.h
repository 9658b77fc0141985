// The text beneath: lines, fields, numbers, and Latin-1 made UTF-8.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cantus::formats::humdrum {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes what stands before the next `separator` off the front of `rest`, and the separator.
std::string_view take_field(std::string_view& rest, char separator);
/// The same for lines, ended by LF, CR LF or CR.
std::string_view take_line(std::string_view& rest);

std::vector<std::string_view> fields_of(std::string_view line);
std::string_view trimmed(std::string_view text);

/// The digits at the front, at most nine; none where there are none.
std::optional<int> leading_number(std::string_view text);

/// A decimal number such as "103.5" at the front of the text.
std::optional<double> leading_decimal(std::string_view text);

/// Reference records may write "&ouml;", "&szlig;", "&amp;": those that Latin-1 has, as UTF-8.
std::string without_entities(std::string_view text);

bool is_utf8(std::string_view bytes);
std::string utf8_from_latin1(std::string_view bytes);

}  // namespace cantus::formats::humdrum
