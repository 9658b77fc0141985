// A piece from elsewhere as the model hears it, and the way back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "neural/compose/part_rules.h"

namespace cantus::compose {

/// In the key without sharps or flats, on the grid, with key and chords found where none are
/// declared; parts in the order of roles.
struct Heard {
  score::Piece piece;
  std::vector<std::size_t> originals;  ///< which of the original's parts each part is
  int shift = 0;                       ///< semitones from the heard piece up to the original
};

/// Fails where the piece has no notes, bars over eight beats or drums that no token names.
Result<Heard> hear(const score::Piece& original);

/// What a part has used so far is what it may use: its own range, one or more notes at a time.
PartRules rules_of(const Plan& plan, const score::Part& part);

/// The style a model knows such pieces by, a word of tokens::styles().
std::string_view style_of(const score::Piece& piece);

/// For each bar the earlier bar it repeats: at the same place of a section of the same name, every
/// note and, with `chords`, every chord being the same. Nothing where it repeats none.
std::vector<std::optional<int>> returning_bars(const score::Piece& piece, bool chords);

/// A note of a heard part as the original's part has them: in its key, as loud as its notes are.
class WayBack {
 public:
  WayBack(const Heard& heard, const score::Piece& original);
  score::Note note(std::size_t part, score::Note note) const;
  score::ChordSpan chord(score::ChordSpan span) const;

 private:
  int shift_ = 0;
  score::Key key_;  ///< the original's, for spelling
  std::vector<int> velocities_;
  std::vector<bool> drums_;
};

}  // namespace cantus::compose
