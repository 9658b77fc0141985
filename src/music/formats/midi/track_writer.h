// Collects the events of one track and writes its chunk.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "music/formats/midi/channels.h"
#include "music/score/piece.h"

namespace cantus::formats::midi {

/// Events may come in any order; at one tick the chunk has texts and maps as they came, then
/// note-offs, then note-ons as they came.
class TrackWriter {
 public:
  void meta(score::Tick at, std::uint8_t type, std::string_view data);
  void program(Seat seat, std::uint8_t program);
  void note(Seat seat, const score::Note& note);

  /// Greatest common divisor of `common` and every tick said so far, its end among them.
  std::int64_t common_divisor(std::int64_t common) const;

  /// The whole chunk; `division` divides 10,080 such that all ticks are whole.
  std::string chunk(std::int64_t division) const;

  void end_at(score::Tick end) { end_ = std::max(end_, end); }
  score::Tick end() const { return end_; }

 private:
  enum class Rank : std::uint8_t { first, note_off, note_on };
  struct Event {
    score::Tick at;
    Rank rank;
    std::string bytes;
  };
  void add(score::Tick at, Rank rank, std::string bytes);

  std::vector<Event> events_;
  score::Tick end_;
};

}  // namespace cantus::formats::midi
