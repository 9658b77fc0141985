// Numbers and words out of XML nodes, whatever they hold.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace cantus::formats::musicxml {

inline std::string_view name_of(pugi::xml_node node) {
  return node.name();
}
inline std::string_view content_of(pugi::xml_node node) {
  return node.text().get();
}

/// The number that the whole text is, spaces apart; finite.
std::optional<double> number_in(std::string_view text);
/// The same rounded; nothing beyond a thousand million.
std::optional<int> integer_in(std::string_view text);
/// The same held to a range, or `otherwise`.
int integer_in(std::string_view text, int lowest, int highest, int otherwise);

/// For people: valid UTF-8, white space and control characters to one space, none around, at
/// most `limit` bytes.
std::string clean_text(std::string_view text, std::size_t limit = 200);

/// a-z only, lower case: "D.C. al Fine" gives "dcalfine".
std::string letters_of(std::string_view text);

}  // namespace cantus::formats::musicxml
