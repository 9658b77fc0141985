// Cuts a piece into the short stretches in which a chord may change, and says what sounds in each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "music/theory/pitch_weights.h"

namespace cantus::theory {

/// How strongly a listener expects something new here.
enum class Strength { bar, half_bar, beat };

struct Slot {
  score::Tick start;
  score::Tick end;
  Strength strength = Strength::beat;
  PitchWeights weights = {};  ///< Beats of sound, an onset inside the slot counting extra.
  std::optional<score::PitchClass> bass;  ///< Of the lowest note that sounds here long enough.
  bool has_accompaniment = false;         ///< Two notes or more sound at once.

  double total() const { return sum_of(weights); }
};

/// One slot a pulse, a beat where the pulse is longer; the last may reach beyond the end.
/// Pieces of more than 200,000 slots are cut there.
std::vector<Slot> slots_of(const score::Piece& piece);

}  // namespace cantus::theory
