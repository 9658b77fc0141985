// Parts from tracks and channels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "music/formats/midi/smf.h"
#include "music/score/piece.h"

namespace cantus::formats::midi {

/// A part and the track it came from.
struct TrackPart {
  std::size_t track;  ///< Index among the tracks of the piece.
  score::Part part;
};

/// The tracks of one piece.
struct PieceTracks {
  std::span<const Track> tracks;
  std::size_t first_number = 1;  ///< What messages call the first one.
  bool ours = false;             ///< Made by write(): a track that says so is a part as a whole.
};

/// The parts of one piece, in the order of tracks and channels.
std::vector<TrackPart> parts_of(const PieceTracks& piece, const File& file, Warnings& warnings);

}  // namespace cantus::formats::midi
