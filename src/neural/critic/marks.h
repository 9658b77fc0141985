// What the network is told of each note and each bar: a few marks out of a fixed list.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "neural/critic/sheet.h"

namespace cantus::critic {

/// Which marks hold, by number, of a list of entries: entry i has `ids[first[i] .. first[i + 1])`.
struct Marks {
  std::vector<std::int32_t> ids;
  std::vector<std::int32_t> first = {0};

  std::size_t size() const { return first.size() - 1; }
  void add(std::int32_t id) { ids.push_back(id); }
  void close() { first.push_back(static_cast<std::int32_t>(ids.size())); }
};

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
