// Joins the fragments of tied notes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "music/formats/humdrum/written.h"
#include "music/score/piece.h"

namespace cantus::formats::humdrum {

/// The notes of one part, given its fragments in order.
class TieJoiner {
 public:
  explicit TieJoiner(Warnings& warnings) : warnings_(&warnings) {}

  /// `voice` is the note's voice in the part. A continuation is joined to a note of its pitch that
  /// waits for one: one that ends where it starts, of its own voice, before others; one that ended
  /// a little earlier is held until here. Without any it is a new note.
  void take(const Event<Fragment>& fragment, score::Pitch pitch, int voice);
  std::vector<score::Note> notes() && { return std::move(notes_); }

 private:
  struct Open {
    std::size_t note;
    std::int64_t end;
  };
  std::vector<Open>::iterator waiting(std::vector<Open>& open, std::int64_t at, int voice);

  Warnings* warnings_;
  std::vector<score::Note> notes_;
  std::array<std::vector<Open>, 128> open_;  // by key number
};

}  // namespace cantus::formats::humdrum
