// Lets the model write the chord progression under the form, in the key and with real cadences.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/random.h"
#include "base/result.h"
#include "neural/compose/plan.h"
#include "neural/infer/transformer.h"

namespace cantus::compose {

struct ChordWriting {
  int first_bar = 0;  ///< chords before it are given
  bool ends = true;   ///< the last chord is the tonic; what answers a melody leads to it
  /// The model hears the notes of the piece's one part in each bar before it names the chords.
  bool answers_melody = false;
  const std::atomic<bool>* stop = nullptr;
};

/// Fills `piece.chords`. The piece has the plan's bars and sections and stands in a key without
/// sharps or flats. Sections that return have the same chords. Fails with interrupted.
Result<void> write_chords(const infer::Transformer& model,
                          const Plan& plan,
                          score::Piece& piece,
                          const ChordWriting& how,
                          const Random& random);

/// The chords that answer a melody in a key without sharps or flats: its own, their common
/// sevenths, and dominants of its other degrees. Qualities for each of the twelve roots.
std::vector<std::vector<score::Quality>> chords_in_use(score::Mode mode);

}  // namespace cantus::compose
