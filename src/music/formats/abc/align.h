// Brings the bars of several voices together where a voice has a bar too long or too short.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "music/formats/abc/tune.h"

namespace cantus::formats::abc {

/// Where all voices have the same number of bars, each bar starts at the same place in all of them
/// afterwards; otherwise their times are left. Says in the tune's warnings what did not agree.
void align(Tune& tune);

}  // namespace cantus::formats::abc
