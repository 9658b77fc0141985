// Finds the key of music that does not say it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "music/score/piece.h"

namespace cantus::theory {

enum class KeyModes {
  major_and_minor,
  folk,  ///< Dorian and mixolydian too, as in tunes of the British Isles.
};

/// The key of the whole piece from its notes alone; the declared keys are not looked at.
/// Nothing where there is no pitched note. Transposing the piece transposes the answer.
std::optional<score::Key> find_key(const score::Piece& piece,
                                   KeyModes modes = KeyModes::major_and_minor);

/// The same for what sounds in [from, to).
std::optional<score::Key> find_key(const score::Piece& piece,
                                   score::Tick from,
                                   score::Tick to,
                                   KeyModes modes = KeyModes::major_and_minor);

/// The keys the piece passes through, by windows of bars and a cost for every change; the first
/// is at 0. Empty where there is no pitched note.
std::vector<score::KeyChange> find_keys(const score::Piece& piece);

}  // namespace cantus::theory
