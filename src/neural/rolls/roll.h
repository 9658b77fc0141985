// A phrase of four bars as a roll: five parts by steps by key numbers, onsets apart from held
// notes. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "music/score/metre_map.h"
#include "music/score/piece.h"

namespace cantus::rolls {

constexpr int kBars = 4;           ///< of a phrase
constexpr int kStepsPerBeat = 12;  ///< sixteenths are 3 steps, eighth triplets 4: both exact
constexpr int kMostSteps = 48;     ///< of a bar: 4/4; a bar of 3/4 or 6/8 has 36
constexpr int kVelocityBands = 8;  ///< sixteen velocities each, as in neural/tokens
constexpr score::TickLength kStep = score::TickLength(score::kTicksPerBeat / kStepsPerBeat);

enum class Player : std::uint8_t { drums, bass, chords, pad, melody };
constexpr int kPlayers = 5;
constexpr std::array<Player, kPlayers> kAllPlayers = {Player::drums, Player::bass, Player::chords,
                                                      Player::pad, Player::melody};
std::string_view to_text(Player player);
std::optional<Player> player_from_text(std::string_view text);
score::Role role_of(Player player);
/// Counter-melodies play with the pad; `other` plays nothing.
std::optional<Player> player_of(score::Role role);

/// A note struck in the phrase. It may sound beyond the phrase's end; what was struck before the
/// phrase is not in it.
struct RollNote {
  std::int16_t onset = 0;   ///< steps from the start of the phrase
  std::int16_t length = 1;  ///< steps, at least 1
  std::uint8_t key = 60;    ///< sounding key number, or a General MIDI drum
  std::uint8_t band = 5;    ///< of velocity, below kVelocityBands
  friend auto operator<=>(const RollNote&, const RollNote&) = default;
};

/// The chord that sounds at the start of a half bar; of 6/8 and 3/4 too the half is exact.
struct HalfBarChord {
  std::uint16_t tones = 0;  ///< bit p: pitch class p belongs to it; 0: no chord
  std::uint8_t root = 0;    ///< pitch class, as the bass
  std::uint8_t bass = 0;
  friend bool operator==(const HalfBarChord&, const HalfBarChord&) = default;
};

struct Roll {
  score::Metre metre{4, 4};                             ///< 4/4, 3/4 or 6/8
  std::array<std::vector<RollNote>, kPlayers> players;  ///< sorted by onset, then key; a key is
                                                        ///< struck once at a step
  std::array<HalfBarChord, 2 * kBars> chords{};

  int bar_steps() const { return metre == score::Metre{4, 4} ? 48 : 36; }
  int steps() const { return kBars * bar_steps(); }
  std::span<const RollNote> of(Player player) const {
    return players[static_cast<std::size_t>(player)];
  }
  std::vector<RollNote>& of(Player player) { return players[static_cast<std::size_t>(player)]; }
  friend bool operator==(const Roll&, const Roll&) = default;
};

/// Puts the notes of every player in order: of two at one step and key the louder stays (the longer
/// of two as loud), and a note ends where its key is struck again. Doing it twice changes nothing.
void tidy(Roll& roll);

/// Every pitched note and chord moved by semitones; a player with a note that would leave 0 to 127
/// moves by octaves more.
Roll transposed(const Roll& roll, int semitones);

/// What one cell of a player's roll holds.
struct Cell {
  bool onset = false;
  bool held = false;  ///< sounds on from an onset before; never together with onset
  std::uint8_t band = 0;
};

/// [steps][128] of a player: a note struck while its key sounds ends the one before.
std::vector<Cell> cells_of(const Roll& roll, Player player);

bool has_roll_metre(score::Metre metre);

/// Whether roll_of() gives a roll.
bool starts_phrase(const score::Piece& piece, int first_bar);

/// Bars [first_bar, first_bar + kBars) of a piece, counted from 0 (the first whole bar), every note
/// on a step: onsets and lengths to the nearest step, lengths at least one. Parts of one player
/// play together, tidied. Grace notes are left out. Nothing where the metre changes or is another,
/// a bar is cut short, or the piece is over before the last bar.
std::optional<Roll> roll_of(const score::Piece& piece, int first_bar);

/// The notes of a roll as parts of a piece at tick `from`: one part a player that plays, in the
/// order of Player, velocities the middle of their bands.
std::vector<score::Part> parts_of(const Roll& roll, score::Tick from);

/// A piece of just this phrase at this tempo, with its chord track left empty.
score::Piece piece_of(const Roll& roll, double bpm = 120.0);

}  // namespace cantus::rolls
