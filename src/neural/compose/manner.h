// Whether a lead sheet is in the manner of tunes, songs or hymns: whichever name makes it
// likeliest. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "music/score/piece.h"
#include "neural/compose/style.h"
#include "neural/infer/transformer.h"

namespace cantus::compose {

/// `lead` is expressible (neural/tokens/encode.h), in the key the model writes in, a melody with or
/// without chords; its first bars are heard.
const Style& manner_of(const infer::Transformer& model, const score::Piece& lead);

}  // namespace cantus::compose
