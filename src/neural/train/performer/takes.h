// Pitched parts of the open MIDI collections that people shaped or played: as scores, and what was
// done with each note.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/packed/packed.h"
#include "neural/touch/line_score.h"

namespace cantus::performer {

/// What tells a hand from a program in a pitched part.
struct Hand {
  std::size_t notes = 0;
  std::size_t levels = 0;           ///< of velocity
  double velocity_deviation = 0.0;  ///< standard
  double commonest = 0.0;           ///< share of the notes that have the most frequent velocity
  double changes = 0.0;             ///< share of successive notes whose velocities differ
  double roughness = 0.0;           ///< mean step between successive notes, in deviations
  double off_grid = 0.0;            ///< share of onsets that are on no 48th of a beat
  double off_centre_beats = 0.0;  ///< mean distance from the grid place, the part's lean taken off
  std::size_t latenesses = 0;     ///< different whole milliseconds after the grid
  bool is_instrument = true;      ///< General MIDI's effects (112 to 127) are none

  /// Note by note, as hands do and fades and copied blocks do not: an instrument, sixteen levels of
  /// velocity, a deviation of 4 to 20 steps, no level that over a quarter of the notes have, every
  /// second note unlike the one before, by 0.3 deviations on the mean.
  bool is_shaped() const;
  /// Two onsets in five off the grid, in ten ways, and nearer to it than chance would have them (a
  /// mean of 0.0486 beats for places that are even): where they are not, the file's beats are not
  /// the player's.
  bool is_played() const;
};

Hand hand_of(const score::Piece& piece, const score::Part& part);

struct Shaping {
  double velocity = 0.0;
  std::optional<double> late_ms;  ///< after its place; nothing where it is nearer to no place
};

/// One part as it was shaped.
struct Take {
  corpus::Split split = corpus::Split::train;
  std::size_t piece = 0;  ///< of the reading
  Hand hand;
  score::Piece page;  ///< the part alone as a score: on the grid, at one velocity
  touch::LineScore score;
  std::vector<Shaping> notes;  ///< by note of the score
  double mean_velocity = 0.0;
};

/// Puts a part on the grid. Of two notes of one key at one place the louder is kept.
Take take_of(const score::Piece& piece, const score::Part& part);

/// What a collection holds. Parts under 48 notes, and drums, are not looked at.
struct Surveyed {
  std::string source;
  std::string licence;
  std::size_t pieces = 0;
  std::size_t parts = 0;
  std::size_t flat = 0;  ///< of one velocity
  std::size_t few = 0;   ///< of two to seven velocities
  std::size_t shaped = 0;
  std::size_t shaped_notes = 0;
  std::size_t shaped_pieces = 0;
  std::size_t played = 0;
  std::size_t played_notes = 0;
  std::size_t repeats = 0;  ///< shaped or played, but the notes of another part of the piece
};

struct Takes {
  std::vector<Take> takes;  ///< shaped or played, or of eight velocities and more
  std::vector<std::string> pieces;
  std::vector<Surveyed> survey;
};

/// All parts with something to learn from below `data`/open. Pieces are split 70 : 15 : 15 by the
/// name of the first of their near duplicates.
Result<Takes> read_takes(const std::filesystem::path& data);

}  // namespace cantus::performer
