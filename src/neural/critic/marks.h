// What the network is told of each note and each bar: a few marks out of a fixed list.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "neural/critic/layers.h"
#include "neural/critic/sheet.h"

namespace cantus::critic {

struct MarkedSheet {
  Marks notes;                    ///< ids below note_marks()
  Marks bars;                     ///< ids below bar_marks()
  std::vector<std::int32_t> bar;  ///< of each note
};

/// How many different marks there are. A change makes trained weights useless: raise kMarksVersion.
int note_marks();
int bar_marks();
constexpr int kMarksVersion = 1;

/// Heights and lengths relative to what is near: place in the bar, degree, intervals, degree in the
/// chord, way in and out; of bars their place, chords, and likeness to the bars before. All are
/// whole numbers, so the marks are the same on every machine.
MarkedSheet marked(const Sheet& sheet);

}  // namespace cantus::critic
