#include "music/formats/midi/read.h"

#include <algorithm>

#include <fmt/format.h>

#include "music/formats/midi/lyrics.h"
#include "music/formats/midi/maps.h"
#include "music/formats/midi/parts.h"

namespace cantus::formats::midi {
namespace {

using score::Piece;
using score::Tick;

Tick last_event(std::span<const Track> tracks, const Clock& clock) {
  Tick last;
  for (const Track& track : tracks)
    last = std::max(last, clock.tick(track.end));
  return std::min(last, kLongestPiece);
}

/// Where the piece stops. Sequencers leave silence behind the music, so only the bar in which it
/// ends is filled up, as far as the tracks go.
Tick end_of(const Piece& piece,
            const PieceTracks& tracks,
            std::span<const Saying> sayings,
            const Clock& clock) {
  if (tracks.ours) return end_said(sayings).value_or(last_event(tracks.tracks.first(1), clock));
  const Tick heard = score::sounding_end(piece);
  if (heard <= Tick()) return Tick();
  const Tick bar_end = piece.metre.bar_start(piece.metre.bar_at(heard - score::TickLength(1)) + 1);
  return std::max(heard, std::min(bar_end, last_event(tracks.tracks, clock)));
}

Piece piece_of(const PieceTracks& tracks, const File& file, Warnings& warnings) {
  Piece piece;
  const auto sayings = sayings_of(tracks.tracks, file.clock);
  read_maps(sayings, file.clock, piece, warnings);
  auto parts = parts_of(tracks, file, warnings);
  read_lyrics(sayings, parts, piece, tracks.ours);
  for (TrackPart& part : parts)
    piece.parts.push_back(std::move(part.part));
  piece.end = end_of(piece, tracks, sayings, file.clock);
  read_spans(sayings, tracks.ours, piece, warnings);
  score::tidy(piece);
  if (!tracks.ours && score::note_count(piece) == 0) {
    const bool sequence = file.format == 2;
    warnings.add(sequence ? fmt::format("track {}: no notes", tracks.first_number) : "no notes");
  }
  return piece;
}

void read_sequences(const File& file, score::Reading& reading, Warnings& warnings) {
  for (std::size_t i = 0; i < file.tracks.size(); ++i) {
    const std::span track(&file.tracks[i], 1);
    Piece piece = piece_of({track, i + 1, is_ours(track)}, file, warnings);
    const bool only = file.tracks.size() == 1;
    if (only || score::note_count(piece) > 0) reading.pieces.push_back(std::move(piece));
  }
}

}  // namespace

Result<score::Reading> read(std::string_view bytes) {
  Warnings warnings;
  const auto file = scan(bytes, warnings);
  if (!file) return tl::unexpected<Error>(file.error());
  score::Reading reading;
  if (file->format == 2) {
    read_sequences(*file, reading, warnings);
  } else {
    reading.pieces.push_back(piece_of({file->tracks, 1, is_ours(file->tracks)}, *file, warnings));
  }
  reading.warnings = warnings.take();
  return reading;
}

}  // namespace cantus::formats::midi
