// The notes of a part as a MIDI track can hold them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "music/score/piece.h"

namespace cantus::formats::midi {

/// Grace notes as short notes just before their beat, one after another in the order of the part;
/// before the first beat there is no time, so there they start with it. Sorted as tidy() sorts.
std::vector<score::Note> with_timed_graces(std::vector<score::Note> notes);

/// Notes in tracks ("lanes") such that in each one the oldest note of a key is the first to end,
/// which is how note-offs find their notes. One lane, unless a note of a key begins and ends while
/// another of that key sounds. At most 16: beyond that, such notes exchange their ends.
std::vector<std::vector<score::Note>> lanes_of(std::vector<score::Note> notes);

}  // namespace cantus::formats::midi
