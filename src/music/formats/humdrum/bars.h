// Metres from what the score says and from where its barlines fall.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "music/formats/humdrum/written.h"
#include "music/score/metre_map.h"

namespace cantus::formats::humdrum {

/// A first bar that is short is a pickup; any other bar but the last whose length is not its
/// metre's gets a metre of its own length where one exists (3/8, 5/4, ...). Without a metre in the
/// score the commonest length of a bar gives it. Halves of a bar around a repeat sign are one bar.
score::MetreMap metres_of(const Written& heard);

}  // namespace cantus::formats::humdrum
