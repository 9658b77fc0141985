// Tells which of several melodies a musician would rather keep.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include "music/score/piece.h"

namespace cantus::compose {

struct Wanted {
  double notes_a_beat = 1.1;
  double compression = 2.0;      ///< at least (theory/repetition.h)
  std::optional<double> height;  ///< mean key number
};

/// What is wrong with a melody, in points: 0 is nothing, each term about 0 to 1. Shapes are those
/// of the human melodies in the training set: mostly steps, an octave or so of range, bars whose
/// rhythm comes back, few different figures, few long silences, phrase ends that rest.
double faults_of(const score::Piece& piece, std::size_t part, const Wanted& wanted);

/// The same for a progression: three to six roots in eight bars, the dominant among them, no seesaw
/// between two chords.
double chord_faults_of(const score::Piece& piece);

/// Whether the key that would be found from the chords (theory/key_finding.h) is the piece's own.
bool chords_sound_in_key(const score::Piece& piece);

/// As the faults above for drumming: a bass drum on the first beat, a backbeat where the metre has
/// one, not more strokes than two hands and a foot have.
double drum_faults_of(const score::Piece& piece, std::size_t part);

}  // namespace cantus::compose
