// Chords and a melody: written together as people's lead sheets are, or a melody over several
// progressions; of many the best stays. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "neural/compose/draft.h"

namespace cantus::compose {

struct LeadSheet {
  std::vector<score::ChordSpan> chords;  ///< the draft's where its plan gave them
  std::optional<Written> melody;         ///< nothing where none was asked for or the band plays it
  double faults = 0.0;                   ///< of the melody (judgement.h)
  int candidates = 0;                    ///< melodies heard
};

Result<LeadSheet> write_lead_sheet(const Draft& draft, const Random& random);

}  // namespace cantus::compose
