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

/// Those that do not overlap an earlier one of their piece. Phrases of a piece come by bar.
std::vector<rolls::Phrase> apart(std::vector<rolls::Phrase> phrases);

/// So many of `from`, other people's phrases to stand where ours would: in turn for each of
/// `people` one of its collection, style and players where there is one, and rather of a piece not
/// taken yet. Each is taken once. They name their group as their piece.
std::vector<rolls::Phrase> matched(std::span<const rolls::Phrase> people,
                                   std::span<const rolls::Phrase> from,
                                   std::size_t count,
                                   std::uint64_t seed);

/// A row a phrase. People's phrases of one group (near duplicates) share a group, ours those of one
/// piece; a phrase that names no piece stands alone.
Table roll_table(std::span<const rolls::Phrase> people, std::span<const rolls::Phrase> ours);

}  // namespace cantus::judge
