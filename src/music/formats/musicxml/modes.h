// Major or minor, for signatures whose file does not say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "music/formats/musicxml/timeline.h"
#include "music/score/piece.h"

namespace cantus::formats::musicxml {

/// The written mode where there is one. Otherwise minor where the notes under the signature end on
/// its minor tonic's bass, or raise its leading note more often than not; else major.
std::vector<score::KeyChange> with_modes(std::span<const PlayedKey> keys,
                                         std::span<const score::Part> parts);

}  // namespace cantus::formats::musicxml
