// Colours: told apart by colour-blind readers, and calm behind the notes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "music/score/piece.h"

namespace cantus::picture {

struct Colour {
  double red = 0.0;  ///< 0 to 1
  double green = 0.0;
  double blue = 0.0;

  static constexpr Colour hex(unsigned rgb) {
    return {static_cast<double>(rgb >> 16U) / 255.0,
            static_cast<double>((rgb >> 8U) & 255U) / 255.0,
            static_cast<double>(rgb & 255U) / 255.0};
  }
  friend bool operator==(const Colour&, const Colour&) = default;
};

/// `share` of `other` mixed into `colour`.
Colour mixed(Colour colour, Colour other, double share);

constexpr Colour kPaper = Colour::hex(0xFCFBF8);
constexpr Colour kWhiteKey = Colour::hex(0xFFFFFF);
constexpr Colour kBlackKey = Colour::hex(0xF4F2ED);
constexpr Colour kOctaveLine = Colour::hex(0xE0DCD2);
constexpr Colour kBeatLine = Colour::hex(0xEBE8E1);
constexpr Colour kBarLine = Colour::hex(0xC9C4B8);
constexpr Colour kFrame = Colour::hex(0xA9A396);
constexpr Colour kInk = Colour::hex(0x26241F);
constexpr Colour kFaintInk = Colour::hex(0x817B6E);

/// One colour a part, by its role; parts of one role get different ones while there are any left.
std::vector<Colour> part_colours(const score::Piece& piece);

/// The same tint for a section that returns; "Verse 2" is a return of "Verse 1", "A'" of "A".
Colour section_tint(std::string_view name, const std::vector<score::Section>& sections);

}  // namespace cantus::picture
