#include "music/formats/midi/write.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "music/formats/midi/lanes.h"
#include "music/formats/midi/smf.h"
#include "music/formats/midi/texts.h"
#include "music/formats/midi/track_writer.h"

namespace cantus::formats::midi {
namespace {

using score::Mode;
using score::Part;
using score::Piece;
using score::Tick;

constexpr std::size_t kMostTracks = 65'535;
constexpr std::int64_t kClocksPerBeat = 24;

std::string bytes_of(std::initializer_list<unsigned> values) {
  std::string bytes;
  for (const unsigned value : values)
    bytes += static_cast<char>(value);
  return bytes;
}

void say(TrackWriter& track, Tick at, std::string_view word, std::string_view value) {
  track.meta(at, kText, worded(word, value));
}

void write_tempo(const score::TempoMap& map, TrackWriter& track) {
  for (const score::TempoChange& change : map.changes()) {
    const std::uint32_t us = microseconds_of(change.bpm);
    track.meta(change.at, kTempo, bytes_of({us >> 16U, (us >> 8U) & 0xFFU, us & 0xFFU}));
    if (bpm_of(us) != change.bpm)
      say(track, change.at, words::kTempo, fmt::format("{}", change.bpm));
  }
}

void write_metre(const score::MetreMap& map, TrackWriter& track) {
  for (const auto& [at, metre] : map.changes()) {
    const auto power = std::countr_zero(static_cast<unsigned>(metre.denominator));
    const std::int64_t clocks = metre.pulse().count() * kClocksPerBeat / score::kTicksPerBeat;
    track.meta(at, kTimeSignature,
               bytes_of({static_cast<unsigned>(metre.numerator), static_cast<unsigned>(power),
                         static_cast<unsigned>(clocks), 8}));
  }
  if (map.pickup() > score::TickLength()) say(track, Tick(), words::kPickup, to_text(map.pickup()));
}

/// Whether the third above the tonic is minor: what a reader without our text should believe.
bool is_minor(Mode mode) {
  return mode == Mode::minor || mode == Mode::dorian || mode == Mode::phrygian ||
         mode == Mode::locrian;
}

void write_keys(const Piece& piece, TrackWriter& track) {
  for (const auto& [at, key] : piece.keys) {
    track.meta(at, kKeySignature,
               bytes_of({static_cast<std::uint8_t>(key.fifths), is_minor(key.mode) ? 1U : 0U}));
    const bool named = key.mode != Mode::major && key.mode != Mode::minor;
    if (named) say(track, at, words::kKey, score::to_text(key));
  }
}

void write_spans(const Piece& piece, TrackWriter& track) {
  for (std::size_t i = 0; i < piece.sections.size(); ++i) {
    const score::Section& section = piece.sections[i];
    const bool last = i + 1 == piece.sections.size();
    track.meta(section.onset, kMarker, section.name);
    const Tick next = last ? piece.end : piece.sections[i + 1].onset;
    if (section.end() < next) say(track, section.end(), words::kSection, "end");
  }
  for (std::size_t i = 0; i < piece.chords.size(); ++i) {
    const score::ChordSpan& span = piece.chords[i];
    say(track, span.onset, words::kChord, score::to_text(span.chord));
    const bool last = i + 1 == piece.chords.size();
    if (last || span.end() < piece.chords[i + 1].onset) {
      say(track, span.end(), words::kChord, words::kNoChord);
    }
  }
}

TrackWriter conductor(const Piece& piece) {
  TrackWriter track;
  if (!piece.title.empty()) track.meta(Tick(), kTrackName, piece.title);
  say(track, Tick(), words::kCantus, "1");
  if (!piece.composer.empty()) say(track, Tick(), words::kComposer, piece.composer);
  write_metre(piece.metre, track);
  write_keys(piece, track);
  write_tempo(piece.tempo, track);
  write_spans(piece, track);
  if (track.end() > piece.end) say(track, Tick(), words::kEnd, to_text(piece.end - Tick()));
  track.end_at(piece.end);
  return track;
}

void write_lyrics(const Part& part, TrackWriter& track) {
  for (const score::Lyric& lyric : part.lyrics) {
    const std::string text =
        std::string(trimmed(clean_text(lyric.syllable))) + (lyric.continues ? "-" : "");
    if (lyric.verse == 1) {
      track.meta(lyric.onset, kLyric, text);
    } else {
      say(track, lyric.onset, fmt::format("{}{}", words::kLyric, lyric.verse), text);
    }
  }
}

/// The track of a part, and one more for each lane of unisons inside unisons.
void write_part(const Part& part, Seat seat, std::vector<TrackWriter>& tracks) {
  const auto lanes = lanes_of(with_timed_graces(part.notes));
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    TrackWriter& track = tracks.emplace_back();
    if (!part.name.empty()) track.meta(Tick(), kTrackName, part.name);
    if (seat.port > 0) track.meta(Tick(), kPort, bytes_of({seat.port}));
    if (i == 0) {
      say(track, Tick(), words::kRole, score::to_text(part.role));
    } else {
      say(track, Tick(), words::kPart, words::kContinued);
    }
    track.program(seat, program_of(part));
    if (i == 0) write_lyrics(part, track);
    for (const score::Note& note : lanes[i])
      track.note(seat, note);
  }
}

bool is_within(Tick from, Tick to) {
  return from >= Tick() && to <= kLongestPiece;
}

Result<void> check_part(const Part& part, std::size_t number) {
  const bool notes = std::ranges::all_of(
      part.notes, [](const score::Note& note) { return is_within(note.onset, note.end()); });
  const bool lyrics = std::ranges::all_of(
      part.lyrics, [](const score::Lyric& lyric) { return is_within(lyric.onset, lyric.onset); });
  if (notes && lyrics) return {};
  return fail(
      ErrorCode::invalid_input,
      fmt::format("part {}: a note or a word lies before the start or after beat 200000", number));
}

Result<void> check(const Piece& piece) {
  const auto spans = [](const auto& all) {
    return std::ranges::all_of(all, [](const auto& s) { return is_within(s.onset, s.end()); });
  };
  const auto points = [](const auto& all) {
    return std::ranges::all_of(all, [](const auto& p) { return is_within(p.at, p.at); });
  };
  const bool inside = spans(piece.chords) && spans(piece.sections) && points(piece.keys) &&
                      points(piece.metre.changes()) && points(piece.tempo.changes()) &&
                      is_within(piece.end, piece.end);
  if (!inside) {
    return fail(ErrorCode::invalid_input,
                "the piece reaches before its start or after beat 200000");
  }
  for (const auto& [at, key] : piece.keys) {
    if (std::abs(key.fifths) > 7) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("bar {}: a key of {} accidentals", piece.metre.bar_at(at),
                              std::abs(key.fifths)));
    }
  }
  for (std::size_t i = 0; i < piece.parts.size(); ++i) {
    if (const auto checked = check_part(piece.parts[i], i + 1); !checked) return checked;
  }
  return {};
}

std::int64_t division_for(const std::vector<TrackWriter>& tracks) {
  std::int64_t common = score::kTicksPerBeat;
  for (const TrackWriter& track : tracks)
    common = track.common_divisor(common);
  for (const std::int64_t division : {480, 1440, 3360}) {
    if (division * common % score::kTicksPerBeat == 0) return division;
  }
  return score::kTicksPerBeat;
}

}  // namespace

Result<std::string> write(const Piece& original) {
  Piece piece = original;
  score::tidy(piece);
  if (const auto checked = check(piece); !checked) return tl::unexpected<Error>(checked.error());
  std::vector<TrackWriter> tracks = {conductor(piece)};
  const auto seats = seats_for(piece.parts);
  for (std::size_t i = 0; i < piece.parts.size(); ++i)
    write_part(piece.parts[i], seats[i], tracks);
  if (tracks.size() > kMostTracks) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{} tracks are more than a MIDI file can hold", tracks.size()));
  }
  const std::int64_t division = division_for(tracks);
  const auto count = static_cast<unsigned>(tracks.size());
  const auto unit = static_cast<unsigned>(division);
  std::string bytes = "MThd";
  bytes += bytes_of({0, 0, 0, 6, 0, 1, count >> 8U, count & 0xFFU, unit >> 8U, unit & 0xFFU});
  for (const TrackWriter& track : tracks)
    bytes += track.chunk(division);
  return bytes;
}

}  // namespace cantus::formats::midi
