// The sheets that a critic learns from: people's, and those of a composer that it is trained
// against. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "neural/critic/sheet.h"
#include "neural/packed/packed.h"

namespace cantus::critic {

/// What stands against what: manner of music must not tell people from programs.
enum class Kind : std::uint8_t {
  tune,  ///< melodies without chords: folk_abc
  folk,  ///< tunes with chords: nottingham
  song   ///< openewld
};
constexpr int kKinds = 3;
constexpr std::array<std::string_view, kKinds> kKindNames = {"tune", "folk", "song"};

struct Example {
  Sheet sheet;
  Kind kind = Kind::song;
  bool human = true;
  corpus::Split split = corpus::Split::train;
  std::string name;
};

/// The first so many bars of a longer piece are heard.
constexpr std::size_t kHeardBars = 64;

/// Lead sheets and tunes of the open collections of 16 bars and more, split by groups of near
/// duplicates as the pack's (90, 5 and 5 in a hundred).
Result<std::vector<Example>> read_people(const std::filesystem::path& data,
                                         const std::function<void(const std::string&)>& said);

/// Every readable file below the folders. A file whose name begins with "folk" stands against folk
/// tunes, and without its chords against tunes; another against songs. Split by name; numbers after
/// a last hyphen (those of `--count`) stay together.
Result<std::vector<Example>> read_composed(std::span<const std::filesystem::path> folders);

Sheet without_chords(Sheet sheet);

}  // namespace cantus::critic
