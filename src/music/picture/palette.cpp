#include "music/picture/palette.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace cantus::picture {
namespace {

using score::Role;

// Okabe and Ito (2008), without black and with a darker yellow, then Tol's "muted" (2018).
constexpr std::array<Colour, 14> kColours = {
    Colour::hex(0xD55E00), Colour::hex(0xCC79A7), Colour::hex(0x0072B2), Colour::hex(0x56B4E9),
    Colour::hex(0x009E73), Colour::hex(0xE69F00), Colour::hex(0x332288), Colour::hex(0x882255),
    Colour::hex(0x44AA99), Colour::hex(0x999933), Colour::hex(0xCC6677), Colour::hex(0x117733),
    Colour::hex(0xAA4499), Colour::hex(0x8C6D31)};
constexpr Colour kDrums = Colour::hex(0x4B5563);

std::size_t first_choice(Role role) {
  switch (role) {
    case Role::melody:
      return 0;
    case Role::counter:
      return 1;
    case Role::chords:
      return 2;
    case Role::pad:
      return 3;
    case Role::bass:
      return 4;
    case Role::drums:
    case Role::other:
      return 5;
  }
  return 5;
}

// Pastels of even lightness, neighbours far apart in hue.
constexpr std::array<Colour, 8> kTints = {
    Colour::hex(0xF6D7A7), Colour::hex(0xBFDDF0), Colour::hex(0xCFE3B4), Colour::hex(0xE9C6DC),
    Colour::hex(0xC9C6EC), Colour::hex(0xF4C5B5), Colour::hex(0xB9E2D6), Colour::hex(0xDED7C4)};

/// What a section is called without its number, prime or variant.
std::string stem_of(std::string_view name) {
  std::string stem(name);
  const auto is_suffix = [](char c) {
    return c == '\'' || c == ' ' || std::isdigit(static_cast<unsigned char>(c)) != 0;
  };
  while (stem.size() > 1 && is_suffix(stem.back()))
    stem.pop_back();
  return stem;
}

}  // namespace

Colour mixed(Colour colour, Colour other, double share) {
  const auto mix = [share](double a, double b) { return a + (b - a) * share; };
  return {mix(colour.red, other.red), mix(colour.green, other.green), mix(colour.blue, other.blue)};
}

std::vector<Colour> part_colours(const score::Piece& piece) {
  std::vector<Colour> colours;
  std::vector<bool> used(kColours.size(), false);
  std::size_t turn = 0;
  for (const score::Part& part : piece.parts) {
    if (part.is_drums()) {
      colours.push_back(kDrums);
      continue;
    }
    std::size_t choice = first_choice(part.role);
    if (used[choice]) {
      const auto next = std::ranges::find(used, false);
      choice = next != used.end() ? static_cast<std::size_t>(next - used.begin())
                                  : turn++ % kColours.size();
    }
    used[choice] = true;
    colours.push_back(kColours[choice]);
  }
  return colours;
}

Colour section_tint(std::string_view name, const std::vector<score::Section>& sections) {
  std::vector<std::string> stems;
  const std::string wanted = stem_of(name);
  for (const score::Section& section : sections) {
    const std::string stem = stem_of(section.name);
    if (stem == wanted) break;
    if (std::ranges::find(stems, stem) == stems.end()) stems.push_back(stem);
  }
  return kTints[stems.size() % kTints.size()];
}

}  // namespace cantus::picture
