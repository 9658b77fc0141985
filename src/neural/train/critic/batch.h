// Sheets laid one after another for the network that learns, with what an ear should say of each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "neural/critic/marks.h"
#include "neural/train/critic/spoil.h"

namespace cantus::critic {

/// Row numbers of one stage in the one before; -1 is a row of zeros.
using Rows = std::vector<std::int64_t>;

/// A sheet and its truths; a generated sheet is spoiled as a whole and open in its aspects.
struct Heard {
  MarkedSheet marks;
  Spoiled truth;  ///< its sheet may be empty
  float weight = 1.0F;
};

constexpr int kScales = 4;  ///< phrase, section, long section, piece

/// One scale's windows: which sheet each belongs to, and what should be said.
struct Windows {
  Rows piece;                 ///< [window]
  std::vector<float> label;   ///< [window, kAspects]: 1 good, 0 spoiled
  std::vector<float> weight;  ///< [window, kAspects]: 0 where open; good and spoiled weigh the same
};

struct Batch {
  Rows note_ids, note_first;  ///< marks of all notes
  Rows bar_ids, bar_first;
  Rows note_before, note_after;  ///< [note]
  Rows bar_before, bar_after;    ///< [bar]
  Rows notes_of_bar;             ///< [bar, most notes]
  std::int64_t most_notes = 1;
  std::array<Rows, 4> phrase_bars;       ///< [phrase] each
  std::array<Rows, 2> section_phrases;   ///< [section] each
  std::array<Rows, 2> long_sections;     ///< [long section] each
  std::array<Windows, kScales> windows;  ///< of the last scale one a sheet
  std::int64_t pieces = 0;
};

Batch batch_of(const std::vector<Heard>& sheets);

/// A window is spoiled where one of its bars is, open where one is open and none spoiled.
Truth truth_of(const Spoiled& truth, int first_bar, int bars, int aspect);

}  // namespace cantus::critic
