// Spoils a sheet in one aspect, a little, as a test of who listens: wrong notes, strange chords,
// stumbling rhythms, a form that falls apart.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "neural/critic/network.h"
#include "neural/critic/sheet.h"

namespace cantus::critic {

enum class Fault : std::uint8_t {
  wrong_notes,         ///< one note in ten, a semitone or two off
  shuffled_notes,      ///< in a quarter of the bars the heights of the notes change places
  other_chords,        ///< one bar in six has another chord of the piece, or one a tone off
  moved_chords,        ///< the chords come a bar, half a bar or a beat too early or late
  late_onsets,         ///< one note in eight, a sixteenth or an eighth early or late
  other_lengths,       ///< in a quarter of the bars the notes' lengths change places
  shifted_bars,        ///< one bar in eight comes a beat late
  exchanged_bars,      ///< in every eight bars two that differ change places
  exchanged_sections,  ///< two stretches of eight bars (four in pieces under 24) that differ
  moved_ending,        ///< the last four bars, or their double, come first
  lost_returns,        ///< bars heard before are replaced by others
  shuffled_bars        ///< all of them
};
constexpr int kFaults = 12;
constexpr std::array<std::string_view, kFaults> kFaultNames = {
    "wrong notes",        "shuffled notes", "other chords", "moved chords",
    "late onsets",        "other lengths",  "shifted bars", "exchanged bars",
    "exchanged sections", "moved ending",   "lost returns", "shuffled bars"};

/// What an ear should say of a bar in one aspect.
enum class Truth : std::int8_t { spoiled, good, open };

struct Spoiled {
  Sheet sheet;
  std::array<Truth, kAspects> whole{};            ///< of the piece
  std::vector<std::array<Truth, kAspects>> bars;  ///< of each bar of `sheet`
};

/// Everything good; harmony open where the sheet has no chords.
Spoiled unspoiled(const Sheet& sheet);

/// Nothing where the sheet cannot be spoiled so: no chords, too few or all equal bars.
std::optional<Spoiled> spoil(const Sheet& sheet, Fault fault, Random random);

}  // namespace cantus::critic
