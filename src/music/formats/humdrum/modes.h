// Keys of a score: major or minor where only a signature is given.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "music/formats/humdrum/written.h"
#include "music/score/piece.h"

namespace cantus::formats::humdrum {

/// A signature without a designation is minor where its last bass note is the minor tonic, or where
/// that is neither tonic and the minor key's leading note is raised more often than not; else
/// major.
std::vector<score::KeyChange> keys_of(const Written& heard, std::span<const score::Part> parts);

}  // namespace cantus::formats::humdrum
