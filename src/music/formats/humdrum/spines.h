// The spines open on a line, and how *^ *v *x *+ *- change them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "music/formats/humdrum/clock.h"
#include "music/formats/humdrum/written.h"

namespace cantus::formats::humdrum {

constexpr std::size_t kMostTracks = 1000;  ///< Open at once, and spines in all.

/// One column of the present line: a spine, or one of the voices it has split into.
struct Track {
  int spine = 0;
  int voice = 0;
  Moment ends = {};     ///< When its last note or rest ends.
  bool awaits = false;  ///< Made by *+, its exclusive interpretation is still to come.
};

bool is_manipulator(std::string_view field);

/// Opens a track for each "**..." of the first line.
Result<std::vector<Track>> open_tracks(std::span<const std::string_view> fields,
                                       std::vector<Spine>& spines);

/// The tracks after a line of interpretations; the other fields of the line change none.
/// Fails with invalid_input ("spine 3: ...").
Result<std::vector<Track>> changed_tracks(std::span<const Track> tracks,
                                          std::span<const std::string_view> fields,
                                          std::vector<Spine>& spines);

}  // namespace cantus::formats::humdrum
