// How long a note is held: joined, detached, pedalled, repeated.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sound/perform/draft.h"

namespace cantus::sound {

/// Sets releases from written lengths; reads written ticks, so it comes before any moving.
void articulate(const Rehearsal& rehearsal, Draft& draft);

}  // namespace cantus::sound
