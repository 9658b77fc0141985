// Spoils a phrase of a band in one aspect, a little, as a test of who listens: stumbling drums, a
// bass beside the harmony, a player a beat late, bars in the wrong place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/random.h"
#include "neural/band_critic/network.h"
#include "neural/rolls/roll.h"
#include "neural/train/critic/spoil.h"

namespace cantus::band_critic {

using critic::Truth;
using Truths = std::array<Truth, kAspects>;

enum class Fault : std::uint8_t {
  wrong_notes,       ///< one pitched note in ten, a semitone or two off
  moved_chords,      ///< chords and pad come half a bar, a bar or a beat too early or late
  other_chords,      ///< in one bar or two chords and pad play a tone or more off
  wrong_bass,        ///< in one bar or two the bass plays up to a tritone off
  shuffled_bass,     ///< in half of the bars the bass's keys change places
  late_bass,         ///< one stroke of the bass in four, a sixteenth or an eighth early or late
  shuffled_drums,    ///< in one bar or two the drums' strokes change places
  late_drums,        ///< one stroke of the drums in six, a sixteenth early or late
  swapped_drums,     ///< in one bar or two kick and snare change places
  late_player,       ///< one player is a beat late, all the phrase long
  late_bar,          ///< one player is a beat late in one bar, and cut short at its end
  exchanged_player,  ///< one or two players play what they play in another phrase
  exchanged_bars,    ///< two bars that differ change places, with their chords
  own_way            ///< two bars that differ change places, of one player
};
constexpr int kFaults = 14;
constexpr std::array<std::string_view, kFaults> kFaultNames = {
    "wrong notes", "moved chords",      "other chords",   "wrong bass",    "shuffled bass",
    "late bass",   "shuffled drums",    "late drums",     "swapped drums", "late player",
    "late bar",    "exchanged players", "exchanged bars", "own way"};
Aspect aspect_of(Fault fault);

struct Spoiled {
  rolls::Roll roll;
  Truths whole{};
  std::array<Truths, kBars> bars{};
};

/// Everything good; drums and bass open where they do not play.
Spoiled unspoiled(const rolls::Roll& roll);

/// Spoiled as a whole everywhere, open in its aspects: of a program's phrase.
Spoiled as_composed(const rolls::Roll& roll);

/// Nothing where the phrase cannot be spoiled so. `others` are phrases that lend players
/// who are exchanged. What is played on the band's grid is another thing than before.
std::optional<Spoiled> spoil(const rolls::Roll& roll,
                             Fault fault,
                             std::span<const rolls::Roll* const> others,
                             Random random);

}  // namespace cantus::band_critic
