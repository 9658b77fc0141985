// How somebody who knows the style would play a note: its deviation from the page.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

namespace cantus::sound {

struct NoteTouch {
  double louder = 0.0;             ///< velocity steps
  std::optional<double> later_ms;  ///< negative: earlier; nothing: the rules of timing.h
  double lean_ms = 0.0;            ///< beside what the rules do, where they time the note
};

/// For each note of a part, in the piece's order; empty: the rules of timing.h and touch.h.
using PartTouches = std::vector<NoteTouch>;

}  // namespace cantus::sound
