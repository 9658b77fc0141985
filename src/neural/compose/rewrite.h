// Writes some bars of some parts anew, between what stands before and after them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "neural/compose/compose.h"

namespace cantus::compose {

struct Rewrite {
  int first_bar = 1;               ///< as musicians count: 1 is the first whole bar, 0 a pickup
  int last_bar = 1;                ///< the last to be written anew
  std::vector<std::size_t> parts;  ///< indices in the piece; empty for all that have notes
  std::uint64_t seed = 1;
};

/// The piece with new notes where notes of these parts started in these bars; every other note,
/// chord and sign is as it was. The model hears eight bars before and four after, and the other
/// parts. Fails where the bars or parts are not in the piece or have no note to take as a model.
Result<score::Piece> rewrite_bars(const infer::Transformer& model,
                                  const score::Piece& piece,
                                  const Rewrite& asked,
                                  const ComposeOptions& options = {});

}  // namespace cantus::compose
