// The last touch to a composition: key, spelling, swing, loud and soft sections, the exact end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neural/compose/plan.h"

namespace cantus::compose {

/// The piece as the plan wants it handed over; `home` stands in the key without sharps or flats.
score::Piece finished(score::Piece home, const Plan& plan);

}  // namespace cantus::compose
