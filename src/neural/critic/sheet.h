// A piece as the critic hears it: its melody over its chords, bar by bar, from the tonic up.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::critic {

constexpr int kStepsPerBeat = 12;  ///< as the token language: sixteenths and triplets are exact
constexpr int kMostBeats = 8;      ///< of a bar; what lies beyond is not heard
constexpr int kMostBars = 512;

/// One note of the melody, by the bar it is struck in.
struct SheetNote {
  std::int16_t step = 0;    ///< from the start of its bar
  std::int16_t length = 1;  ///< steps, at least 1, perhaps beyond the bar
  std::int16_t height = 0;  ///< semitones above the tonic nearest below middle C
  friend bool operator==(const SheetNote&, const SheetNote&) = default;
};

enum class Family : std::uint8_t { major, minor, dominant, other };
constexpr int kFamilies = 4;

/// The chord of one beat.
struct SheetChord {
  std::int8_t root = 0;  ///< semitones above the tonic, 0 to 11
  Family family = Family::major;
  std::uint16_t tones = 0;  ///< bit p: the pitch class p above the tonic belongs to it
  friend bool operator==(const SheetChord&, const SheetChord&) = default;
};

struct SheetBar {
  std::int16_t steps = 48;
  std::vector<SheetNote> notes;                              ///< one at a time, by step
  std::array<std::optional<SheetChord>, kMostBeats> chords;  ///< by beat
  friend bool operator==(const SheetBar&, const SheetBar&) = default;
};

/// Tempo, loudness, instruments, key and title are not in it: they are no music to judge.
struct Sheet {
  bool minor = false;  ///< a third above the tonic that is minor
  int first_bar = 1;   ///< the number that a musician calls bars.front()
  std::vector<SheetBar> bars;

  bool has_chords() const;
  std::size_t notes() const;
  friend bool operator==(const Sheet&, const Sheet&) = default;
};

/// The part in the role of melody, or else the highest pitched one; a pickup is not heard, swung
/// eighths are heard straight, silent bars at both ends are left out. A key that the piece does not
/// declare is found from its notes; so are chords where other pitched parts play. Fails with
/// unsupported where the melody has less than eight notes or four bars.
Result<Sheet> sheet_of(const score::Piece& piece);

}  // namespace cantus::critic
