// What a model practises on a view of a piece: the whole, and the same music asked for otherwise.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/random.h"
#include "neural/corpus/views.h"
#include "neural/tokens/encode.h"

namespace cantus::corpus {

struct Exercise {
  View view;
  tokens::Encoded encoded;
};

/// The view as it is; a lead also with its chords after the melody; a band also twice with its
/// parts in other orders, a song once; and for every two dozen bars a gap of one to eight bars
/// between what stands before and after it, as much of that as a model hears at once. Each says a
/// random choice of its conditions, so that a model learns to do with and without them. Nothing
/// where the token language cannot say the view.
std::vector<Exercise> exercises_of(const ViewOfPiece& view, int style, const Random& random);

/// The conditions of a piece, all of them; density and height are of `part`.
tokens::Heading heading_of(const score::Piece& piece,
                           const std::optional<theory::Mood>& mood,
                           int style,
                           std::size_t part = 0);

}  // namespace cantus::corpus
