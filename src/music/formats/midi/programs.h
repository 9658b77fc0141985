// Which instrument a channel plays when.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "music/formats/midi/smf.h"
#include "music/score/piece.h"

namespace cantus::formats::midi {

/// Program changes of one channel, sorted.
class ProgramLine {
 public:
  void add(std::int64_t at, int program) { changes_.push_back({at, program}); }
  void sort();
  bool empty() const { return changes_.empty(); }

  /// The program at a tick; before the first change, 0 (a piano), as a synthesizer plays it.
  int at(score::Tick tick, const Clock& clock) const;

 private:
  struct Change {
    std::int64_t at;
    int program;
  };
  std::vector<Change> changes_;
};

/// Program changes of all tracks of a piece.
class Programs {
 public:
  explicit Programs(std::span<const Track> tracks);

  /// What the track itself says of its channel; where it says nothing, what any track of its port
  /// does.
  const ProgramLine& line(std::size_t track, int port, std::size_t channel) const;

 private:
  std::map<std::pair<std::size_t, std::size_t>, ProgramLine> by_track_;  // track, channel
  std::map<std::pair<int, std::size_t>, ProgramLine> by_port_;           // port, channel
  ProgramLine nothing_;
};

/// Notes of one instrument.
struct ProgramNotes {
  int program = 0;
  std::vector<score::Note> notes;
};

/// Splits by General MIDI family (eight programs each: a player who changes his stop stays one
/// player), each with the program that plays most of its notes, in the order of first notes.
std::vector<ProgramNotes> split_by_family(std::vector<score::Note> notes,
                                          const ProgramLine& line,
                                          const Clock& clock);

/// The program that plays most of the notes; the earlier one where two play as many.
int main_program(std::span<const score::Note> notes, const ProgramLine& line, const Clock& clock);

}  // namespace cantus::formats::midi
