// Whether a piece begins before its first bar, and where the model hears sections then.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/random.h"
#include "neural/compose/plan.h"
#include "neural/infer/transformer.h"

namespace cantus::compose {

/// An upbeat of whole eighths, at most half a bar, as often and as long as the model has learnt
/// that people begin so in the style's chords (four tunes of five, one song of eight); in one song
/// of three a whole bar, in which the melody begins late; zero for none. It does not count among
/// the bars planned.
score::TickLength choose_upbeat(const infer::Transformer& model,
                                const Plan& plan,
                                const Random& random);

/// A piece laid out by a plan, as a model that learnt `style` knows such pieces: tunes and pop have
/// sections, the others none; those of a piece with an upbeat begin with the bar that has theirs.
void hear_sections_in(score::Piece& piece, std::string_view style);

}  // namespace cantus::compose
