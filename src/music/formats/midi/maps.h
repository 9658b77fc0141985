// What holds for a whole piece: tempo, metre, keys, chords, sections, title.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "music/formats/midi/smf.h"
#include "music/score/piece.h"

namespace cantus::formats::midi {

/// A meta event where our clock puts it.
struct Saying {
  score::Tick at;
  const MetaEvent* meta;
  std::size_t track;  ///< Index among the tracks of the piece.
};

/// The meta events of all tracks in time order, the first track's first, up to kLongestPiece.
std::vector<Saying> sayings_of(std::span<const Track> tracks, const Clock& clock);

/// Whether write() made these tracks.
bool is_ours(std::span<const Track> tracks);

/// Where a text of write() puts the end of the piece.
std::optional<score::Tick> end_said(std::span<const Saying> sayings);

/// Title, composer, tempo, metre, pickup, keys.
void read_maps(std::span<const Saying> sayings,
               const Clock& clock,
               score::Piece& piece,
               Warnings& warnings);

/// Sections from markers and chords from texts; those still open stop at the piece's end.
/// Markers named "loopStart" and "loopEnd" are sections only where write() made the file (`ours`).
void read_spans(std::span<const Saying> sayings,
                bool ours,
                score::Piece& piece,
                Warnings& warnings);

}  // namespace cantus::formats::midi
