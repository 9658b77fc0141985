// A roll as the band's networks see it: six places to a beat, four octaves a player.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "neural/rolls/roll.h"

namespace cantus::band {

constexpr int kPlaces = 6;    ///< of a beat: its sixteenths and eighth triplets
constexpr int kKeys = 48;     ///< of a player: four octaves from lowest_key()
constexpr int kLengths = 16;  ///< see kLengthSteps
constexpr int kBands = rolls::kVelocityBands;
constexpr int kBeatsOfBar = 4;  ///< at most; 3/4 and 6/8 have three
constexpr int kBeats = rolls::kBars * kBeatsOfBar;
constexpr int kPlayers = rolls::kPlayers;

constexpr std::array<int, kPlaces> kPlaceSteps = {0, 3, 4, 6, 8, 9};
constexpr std::array<std::int16_t, kLengths> kLengthSteps = {1,  2,  3,  4,  5,  6,  8,  9,
                                                             12, 16, 18, 24, 36, 48, 96, 192};

/// Of a player's four octaves; a C for pitched players, so that key % 12 is the pitch class.
constexpr int lowest_key(rolls::Player player) {
  constexpr std::array<int, kPlayers> kLowest = {35, 24, 36, 36, 48};
  return kLowest[static_cast<std::size_t>(player)];
}

/// Bass and melody play one note at a time.
constexpr bool is_line(rolls::Player player) {
  return player == rolls::Player::bass || player == rolls::Player::melody;
}

/// What a player strikes at one place: keys together, of one length and loudness.
struct Stroke {
  std::uint64_t keys = 0;   ///< bit k: lowest_key + k; none: nothing is struck
  std::uint8_t length = 0;  ///< index in kLengthSteps
  std::uint8_t band = 5;
  friend bool operator==(const Stroke&, const Stroke&) = default;
};

struct BeatGrid {
  int beats_of_bar = kBeatsOfBar;
  std::array<std::array<std::array<Stroke, kPlaces>, kPlayers>, kBeats> strokes{};

  std::array<Stroke, kPlaces>& at(int beat, rolls::Player player) {
    return strokes[static_cast<std::size_t>(beat)][static_cast<std::size_t>(player)];
  }
  const std::array<Stroke, kPlaces>& at(int beat, rolls::Player player) const {
    return strokes[static_cast<std::size_t>(beat)][static_cast<std::size_t>(player)];
  }
  friend bool operator==(const BeatGrid&, const BeatGrid&) = default;
};

constexpr int beats_of_bar(score::Metre metre) {
  return metre == score::Metre{4, 4} ? 4 : 3;
}

/// Beats of a bar are counted 0 to 3; in a bar of three the fourth stays empty.
constexpr int bar_of(int beat) {
  return beat / kBeatsOfBar;
}
constexpr int step_of(int beat, int place, int bar_steps) {
  return bar_of(beat) * bar_steps + beat % kBeatsOfBar * rolls::kStepsPerBeat +
         kPlaceSteps[static_cast<std::size_t>(place)];
}
/// Which of the phrase's eight half bars a place is in.
constexpr int half_bar_of(int beat, int place, int bar_steps) {
  const int inside =
      beat % kBeatsOfBar * rolls::kStepsPerBeat + kPlaceSteps[static_cast<std::size_t>(place)];
  return 2 * bar_of(beat) + (2 * inside >= bar_steps ? 1 : 0);
}

/// The nearest thing the networks can say: onsets to the nearest place, lengths to the nearest
/// length, keys into the player's octaves; of a bass the lowest note of a stroke, of a melody the
/// highest; the length of most notes of a stroke, the loudest band.
BeatGrid grid_of(const rolls::Roll& roll);

/// grid_of(roll_of(grid)) has the same keys, and the same lengths where no key is struck while it
/// sounds.
rolls::Roll roll_of(const BeatGrid& grid,
                    score::Metre metre,
                    std::span<const rolls::HalfBarChord, 2 * rolls::kBars> chords);

}  // namespace cantus::band
