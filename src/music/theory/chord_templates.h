// How likely each pitch class is while a chord sounds: what chord finding listens with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <vector>

#include "music/score/chord.h"
#include "music/score/key.h"

namespace cantus::theory {

struct ChordTemplate {
  score::Quality quality;
  std::array<int, 4> intervals;  ///< Semitones above the root; the first `size` count.
  std::array<double, 4> shares;  ///< Of the sound that belongs to the chord; they sum to 1.
  std::size_t size;
  double prior;  ///< Logarithm of how common the quality is, 0 for major.
};

std::span<const ChordTemplate> chord_templates();

/// One template on one root in one key. Tables start at the root, so that equal music on other
/// notes adds up in the same order.
struct ChordLikelihood {
  const ChordTemplate* shape = nullptr;
  score::PitchClass root;
  std::array<double, 12> sound = {};  ///< Log-likelihood ratio of a beat of sound, by interval.
  std::array<double, 12> bass = {};   ///< Log-likelihood of the bass note, by interval.
  double prior = 0.0;                 ///< How common it is, and how well it fits the key.
};

/// All templates on all roots: [semitones of the root above `first_root`][template].
std::vector<ChordLikelihood> likelihoods_in(score::Key key, score::PitchClass first_root);

}  // namespace cantus::theory
