// Finds pieces that are the same tune in another edition, key or file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "music/score/piece.h"

namespace cantus::corpus {

/// Hashes of runs of eleven successive intervals of the piece's leading line, or of chord changes
/// where it has no notes: the same in every key, tempo and metre. Sorted, each once.
std::vector<std::uint64_t> fingerprint(const score::Piece& piece);

/// A group number for each fingerprint: the smallest index among the pieces it is a near duplicate
/// of, by any chain. Two are near duplicates where they share at least `share` of the smaller's
/// runs and at least `fewest` of them; runs that over 60 pieces have are common stock and not
/// counted.
std::vector<std::uint32_t> groups_of(std::span<const std::vector<std::uint64_t>> fingerprints,
                                     double share = 0.25,
                                     std::size_t fewest = 6);

}  // namespace cantus::corpus
