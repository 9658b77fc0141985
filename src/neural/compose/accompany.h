// Gives a piece what it lacks: chords under its melody, parts beside its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "neural/compose/compose.h"

namespace cantus::compose {

/// The piece with a chord track of our own, in answer to its melody: the part in that role, or the
/// highest. Declared chords are replaced. Bars of a
/// section that return unchanged have the same chords. The best of four progressions. Fails where
/// the piece has no notes or a bar over eight beats.
Result<score::Piece> harmonize(const infer::Transformer& model,
                               const score::Piece& piece,
                               std::uint64_t seed,
                               const ComposeOptions& options = {});

struct Accompaniment {
  std::vector<score::Role> parts;  ///< to add, each at most once
  std::string style = "song";      ///< a name of styles(): instruments and manner
  std::uint64_t seed = 1;
};

/// The piece with these parts added; the model hears what is there. A tune that
/// declares no chords is harmonized first; those of fuller music are found in its notes. Nothing of
/// the original changes. Fails as harmonize() does, where the style or parts are wrong, and where
/// the piece has a part of that role already.
Result<score::Piece> accompany(const infer::Transformer& model,
                               const score::Piece& piece,
                               const Accompaniment& asked,
                               const ComposeOptions& options = {});

}  // namespace cantus::compose
