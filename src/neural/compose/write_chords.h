// Lets the model write the chord progression under the form, in the key and with real cadences.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/random.h"
#include "base/result.h"
#include "neural/compose/plan.h"
#include "neural/infer/transformer.h"

namespace cantus::compose {

/// Fills `piece.chords` from bar `first_bar` on; chords before it are given. The piece has the
/// plan's bars and sections and stands in a key without sharps or flats. Sections that return have
/// the same chords. With `ends`, the last bar is the tonic and the bar before leads to it. Fails
/// with interrupted.
Result<void> write_chords(const infer::Transformer& model,
                          const Plan& plan,
                          score::Piece& piece,
                          int first_bar,
                          bool ends,
                          const Random& random,
                          const std::atomic<bool>* stop);

/// The chords a key without sharps or flats may use: its own, their common sevenths, and dominants
/// of its other degrees. Qualities for each of the twelve roots.
std::vector<std::vector<score::Quality>> chords_in_use(score::Mode mode);

}  // namespace cantus::compose
