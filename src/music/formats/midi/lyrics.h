// Syllables from lyric events and karaoke texts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "music/formats/midi/maps.h"
#include "music/formats/midi/parts.h"

namespace cantus::formats::midi {

/// Gives every part the words of its track; words of a track without notes go to the part whose
/// notes start with most of them. A syllable continues its word where it ends in a hyphen or, where
/// a file separates words with spaces, where no space follows. A karaoke file's title and author
/// fill `piece`'s where those are empty. `ours`: written by write(), with hyphens and without
/// lines.
void read_lyrics(std::span<const Saying> sayings,
                 std::vector<TrackPart>& parts,
                 score::Piece& piece,
                 bool ours);

}  // namespace cantus::formats::midi
