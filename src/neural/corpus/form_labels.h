// Form annotations of recordings (SALAMI, Harmonix Set), read as pieces of sections and bars alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "music/score/piece.h"

namespace cantus::corpus {

/// One annotation of SALAMI (Smith et al. 2011): `functions` is textfileN_functions.txt, `letters`
/// textfileN_uppercase.txt; where a section has no function its letter is its name. Silence,
/// applause and speech around the music are left out.
///
/// SALAMI gives seconds and no beats, so **the bars are nominal**: 4/4, of the length between 1.5
/// and 3 seconds that best makes the sections multiples of four bars; two seconds (120 beats a
/// minute) where no length does. On the Harmonix Set, whose bars are known, the fit is trusted for
/// 63 % of the tracks and is the true bar in 82 % of those (in 91 % it, its half or its double).
Result<score::Piece> read_salami(std::string_view functions, std::string_view letters);

/// One track of the Harmonix Set (Nieto et al. 2019): `beats` has a line "seconds beat-in-bar bar",
/// `segments` a line "seconds label". Bars from the downbeats, metre from the beats of each bar
/// (eighths where six or more a bar go faster than 120 a minute), tempo from the median beat.
Result<score::Piece> read_harmonix(std::string_view beats, std::string_view segments);

/// What tokens::section_from_text knows a label by: "Pre-Chorus" other, "Head" A, "Fade-out" outro,
/// "altchorus" chorus, "gtrsolo" solo; empty where the label tells no function ("no_function").
std::string section_of_label(std::string_view label);

}  // namespace cantus::corpus
