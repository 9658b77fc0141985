// Strokes from the generator's logits, under what must be obeyed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>

#include "neural/band/conditions.h"

namespace cantus::band {

/// How each player's logits are leaned so that its notes have the statistics of music; measured
/// after training (neural/train/band/settle.h). Zeros: as the generator says.
struct Leanings {
  /// Above which a key is struck where the conditions do not say how busily the player plays.
  std::array<float, kPlayers> thresholds{};
  std::array<float, kPlayers> chord_lift{};  ///< added to the keys of the chord
  /// 0 to 1: how far a place of the bar is struck as the same place of the other bars is; of drums
  /// the same drums.
  std::array<float, kPlayers> steadiness{};
  std::array<float, kPlayers> length_lift{};  ///< added to a length's logit for each doubling
  std::array<float, kPlayers> variety{};      ///< of lines: taken from the key struck last
  std::array<float, kPlayers> nearness{};     ///< of lines: taken for each semitone away from it
  /// Steps: a note that ends no more than so many before the player's next lasts until then.
  std::array<float, kPlayers> legato{};
};
constexpr int kLeanings = 7;

struct Rules {
  /// Every note of a pitched player belongs to the chord or the scale, at every half bar it sounds
  /// in; otherwise the generator's statistics decide.
  bool strict = true;
  /// Sounding key numbers of each player in the key without sharps; lines and chords stay inside.
  std::array<int, kPlayers> lowest = {0, 0, 0, 0, 0};
  std::array<int, kPlayers> highest = {127, 127, 127, 127, 127};
  int most_keys = 6;   ///< of a chord
  int most_drums = 4;  ///< two hands and two feet
};

/// Pitch classes that a strict note may have over this chord: its tones, and the scale of the key
/// without sharps or flats.
std::uint16_t allowed_classes(const rolls::HalfBarChord& chord);

/// Of players that are not given: a note that ends no more than `most` steps before the player's
/// next lasts until then.
void close_gaps(rolls::Roll& roll,
                const std::array<float, kPlayers>& most,
                const std::array<bool, kPlayers>& given);

/// Ends every note of a pitched player that is not given at the first half bar whose chord and
/// scale lack it.
void keep_in_harmony(rolls::Roll& roll, const std::array<bool, kPlayers>& given);

/// `logits` is [tokens][kContentFeatures], the chord-relative part added. A player strikes in
/// exactly the bars where it plays, as often and as fully as its manner says where it does; given
/// players keep their strokes.
BeatGrid decide(std::span<const float> logits,
                const Conditions& conditions,
                const Leanings& leanings,
                const Rules& rules);

/// The same as a roll; strict notes are shortened where they would sound into a chord that neither
/// has them nor leaves them in the scale.
rolls::Roll decided_roll(std::span<const float> logits,
                         const Conditions& conditions,
                         const Leanings& leanings,
                         const Rules& rules);

}  // namespace cantus::band
