// What the judge measures of a melody over chords.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neural/judge/habits.h"
#include "neural/judge/lead_line.h"
#include "neural/judge/table.h"

namespace cantus::judge {

/// All of the below. `habits` are people's, learnt from pieces that are not judged; without them
/// those features are left out. Transposing the piece and its key changes nothing, nor do tempo,
/// velocity, instrument and names. A first upbeat is not seen.
Sheet lead_features(const LeadLine& line, const Habits* habits);

void add_moves(const LeadLine& line, Sheet& sheet);      ///< how the melody moves
void add_pitches(const LeadLine& line, Sheet& sheet);    ///< where it stands
void add_rhythm(const LeadLine& line, Sheet& sheet);     ///< when it strikes
void add_phrases(const LeadLine& line, Sheet& sheet);    ///< how phrases begin, arch and end
void add_returns(const LeadLine& line, Sheet& sheet);    ///< what comes again
void add_chords(const LeadLine& line, Sheet& sheet);     ///< which chords, when, after which
void add_agreement(const LeadLine& line, Sheet& sheet);  ///< how melody and chords agree

}  // namespace cantus::judge
