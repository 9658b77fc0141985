// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/spines.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "music/formats/humdrum/words.h"

namespace cantus::formats::humdrum {
namespace {

SpineKind kind_of(std::string_view representation) {
  if (representation == "kern") return SpineKind::kern;
  if (representation == "text" || representation == "silbe") return SpineKind::text;
  if (representation == "dynam" || representation == "dyn") return SpineKind::dynamics;
  for (const std::string_view chords : {"mxhm", "harte", "chord", "jazz"})
    if (representation == chords) return SpineKind::chords;
  return SpineKind::other;
}

void set_representation(std::vector<Track>& tracks,
                        std::size_t column,
                        std::string_view field,
                        std::vector<Spine>& spines) {
  const std::string_view representation = trimmed(field.substr(2));
  Track& track = tracks[column];
  if (!track.awaits &&
      spines[static_cast<std::size_t>(track.spine)].representation == representation)
    return;
  Spine spine{.kind = kind_of(representation), .representation = std::string(representation)};
  for (std::size_t left = column; left-- > 0;) {
    const int other = tracks[left].spine;
    if (spines[static_cast<std::size_t>(other)].kind != SpineKind::kern) continue;
    spine.left_kern = other;
    break;
  }
  track.awaits = false;
  track.voice = 0;
  track.spine = static_cast<int>(spines.size());
  spines.push_back(std::move(spine));
}

// Columns joined by a run of *v from `from`: of one spine where it has two or more, else the run
// (spines that were added separately may be joined too).
std::size_t end_of_join(std::span<const Track> tracks,
                        std::span<const std::string_view> fields,
                        std::size_t from) {
  std::size_t same = from;
  std::size_t run = from;
  while (run < fields.size() && fields[run] == "*v")
    ++run;
  while (same < run && tracks[same].spine == tracks[from].spine)
    ++same;
  return same - from >= 2 ? same : run;
}

void number_voices(std::vector<Track>& tracks, std::vector<Spine>& spines) {
  for (const Track& track : tracks)
    spines[static_cast<std::size_t>(track.spine)].open = 0;
  for (Track& track : tracks) {
    Spine& spine = spines[static_cast<std::size_t>(track.spine)];
    track.voice = spine.open++;
    spine.voices = std::max(spine.voices, spine.open);
  }
}

Result<void> check_count(std::size_t tracks, std::size_t spines) {
  if (tracks <= kMostTracks && spines <= kMostTracks) return {};
  return fail(ErrorCode::invalid_input, fmt::format("more than {} spines", kMostTracks));
}

// Appends what the field at `column` makes of its track; gives the next column to look at.
Result<std::size_t> change(std::span<const Track> tracks,
                           std::span<const std::string_view> fields,
                           std::size_t column,
                           std::vector<Track>& next) {
  const Track track = tracks[column];
  const std::string_view field = fields[column];
  if (field == "*-") return column + 1;
  next.push_back(track);
  if (field == "*^") next.push_back(track);
  if (field == "*+")
    next.push_back(Track{.spine = track.spine, .ends = track.ends, .awaits = true});
  if (field == "*v") {
    const std::size_t end = end_of_join(tracks, fields, column);
    if (end - column < 2)
      return fail(ErrorCode::invalid_input, fmt::format("spine {}: *v joins nothing", column + 1));
    for (std::size_t i = column; i < end; ++i)
      next.back().ends = std::max(next.back().ends, tracks[i].ends);
    return end;
  }
  if (field != "*x") return column + 1;
  if (column + 1 >= fields.size() || fields[column + 1] != "*x")
    return fail(ErrorCode::invalid_input,
                fmt::format("spine {}: *x without a neighbour", column + 1));
  next.back() = tracks[column + 1];
  next.push_back(track);
  return column + 2;
}

}  // namespace

bool is_manipulator(std::string_view field) {
  return field == "*^" || field == "*v" || field == "*x" || field == "*+" || field == "*-" ||
         field.starts_with("**");
}

Result<std::vector<Track>> open_tracks(std::span<const std::string_view> fields,
                                       std::vector<Spine>& spines) {
  if (const auto checked = check_count(fields.size(), 0); !checked)
    return tl::unexpected(checked.error());
  std::vector<Track> tracks;
  for (std::size_t column = 0; column < fields.size(); ++column) {
    if (!fields[column].starts_with("**"))
      return fail(ErrorCode::invalid_input,
                  fmt::format("spine {}: no exclusive interpretation such as **kern", column + 1));
    tracks.push_back(Track{.awaits = true});
    set_representation(tracks, column, fields[column], spines);
  }
  return tracks;
}

Result<std::vector<Track>> changed_tracks(std::span<const Track> tracks,
                                          std::span<const std::string_view> fields,
                                          std::vector<Spine>& spines) {
  std::vector<Track> next(tracks.begin(), tracks.end());
  for (std::size_t column = 0; column < fields.size(); ++column)
    if (fields[column].starts_with("**")) set_representation(next, column, fields[column], spines);
  const std::vector<Track> named = std::exchange(next, {});
  for (std::size_t column = 0; column < fields.size();) {
    const auto after = change(named, fields, column, next);
    if (!after) return tl::unexpected(after.error());
    column = *after;
  }
  if (const auto checked = check_count(next.size(), spines.size()); !checked)
    return tl::unexpected(checked.error());
  number_voices(next, spines);
  return next;
}

}  // namespace cantus::formats::humdrum
