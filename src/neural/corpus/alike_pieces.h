// Joins pieces whose phrases are nearly the same: a remix, an edition whose melody was not found.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/rolls/phrase.h"

namespace cantus::corpus {

/// `groups` has a number for each piece, the smallest index of its group, as groups_of() gives
/// them; `piece_of` the piece of each phrase. Joined are pieces of which two phrases, looked at
/// every fourth bar, are nearer than 0.3 to phrases of the other (neural/rolls/likeness.h).
/// Phrases of drums alone join nothing: patterns are nobody's.
std::vector<std::uint32_t> join_alike(std::span<const rolls::Phrase> phrases,
                                      std::span<const std::uint32_t> piece_of,
                                      std::vector<std::uint32_t> groups);

}  // namespace cantus::corpus
