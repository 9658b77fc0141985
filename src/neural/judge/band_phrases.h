// Four-bar phrases of a band by people and of ours, as rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "neural/judge/table.h"
#include "neural/rolls/phrase.h"

namespace cantus::judge {

/// A row a phrase. Phrases of one piece, or of pieces that are near duplicates, share a group.
Table roll_table(std::span<const rolls::Phrase> people, std::span<const rolls::Phrase> ours);

}  // namespace cantus::judge
