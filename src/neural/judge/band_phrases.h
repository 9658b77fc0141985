// Four-bar phrases of a band by people and of ours, as rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "neural/judge/table.h"
#include "neural/rolls/phrase.h"

namespace cantus::judge {

/// So many of them, by lot, in their order.
std::vector<rolls::Phrase> drawn(std::vector<rolls::Phrase> phrases,
                                 std::size_t most,
                                 std::uint64_t seed);

/// A row a phrase. People's phrases of one group (near duplicates) share a group, ours those of one
/// piece; a phrase that names no piece stands alone.
Table roll_table(std::span<const rolls::Phrase> people, std::span<const rolls::Phrase> ours);

}  // namespace cantus::judge
