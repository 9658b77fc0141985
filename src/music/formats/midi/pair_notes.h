// Finds the note-off of every note-on of a track.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "music/formats/midi/smf.h"
#include "music/score/piece.h"

namespace cantus::formats::midi {

struct TrackNotes {
  std::array<std::vector<score::Note>, kChannels> channels;  ///< Each sorted by onset.
  std::size_t unended = 0;                                   ///< Notes without a note-off.
  std::size_t stray = 0;                                     ///< Note-offs without a note.
  std::size_t empty = 0;     ///< Pitched notes that ended where they started: one tick of the file.
  std::size_t too_late = 0;  ///< Notes after kLongestPiece: dropped.
};

/// A note-off ends the oldest note sounding at its key (first in, first out), as does "all notes
/// off" for every key. A note nothing ends lasts to the last note-off of its key, else to the next
/// note on its key, else to the end of the track; a drum a quarter of a beat at most.
class NotePairer {
 public:
  NotePairer();
  TrackNotes pair(const Track& track, const File& file);

 private:
  static constexpr std::size_t kKeys = std::size_t{kChannels} * 128;
  struct Pending {
    ChannelEvent on;
    std::int64_t end;   // -1 while it sounds
    std::int32_t next;  // sounding at the same key, -1 for none
  };

  void start(const ChannelEvent& event);
  bool end_oldest(std::size_t key, std::int64_t at);
  void end_channel(std::uint8_t channel, std::int64_t at);
  void end_hanging(const Track& track, const File& file, TrackNotes& out);
  void emit(const File& file, TrackNotes& out);
  void forget();

  std::vector<Pending> notes_;
  std::array<std::int32_t, kKeys> oldest_{};
  std::array<std::int32_t, kKeys> newest_{};  // in end_hanging(), the next note of the key
  std::array<std::int64_t, kKeys> last_off_{};
  std::array<std::int32_t, kChannels> sounding_{};
};

}  // namespace cantus::formats::midi
