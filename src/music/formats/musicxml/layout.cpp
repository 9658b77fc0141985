#include "music/formats/musicxml/layout.h"

#include <algorithm>
#include <numeric>

#include "music/formats/musicxml/flow.h"

namespace cantus::formats::musicxml {
namespace {

using score::Piece;
using score::Tick;
using score::TickLength;

constexpr TickLength kLongestBar = score::beats(256);  // 64/1

/// Grace notes at the very end need no bar of their own.
Tick last_event(const Piece& piece) {
  Tick end = score::sounding_end(piece);
  for (const auto& span : piece.chords)
    end = std::max(end, span.end());
  for (const auto& section : piece.sections)
    end = std::max(end, section.end());
  return end;
}

Tick end_of_last_bar(const Piece& piece, Tick start, Tick end) {
  const TickLength pickup = piece.metre.pickup();
  if (start < Tick() + pickup) return Tick() + pickup;
  Tick stop = start + piece.metre.metre_at(start).bar_length();
  for (const score::MetreChange& change : piece.metre.changes()) {
    if (change.at > start) stop = std::min(stop, change.at);
  }
  // A piece with a pickup often ends with the rest of that bar.
  const bool whole_eighths = (end - start).count() % score::beats(1, 2).count() == 0;
  return pickup > TickLength() && end < stop && end > start && whole_eighths ? end : stop;
}

}  // namespace

Result<std::vector<Tick>> bars_to_write(const Piece& piece) {
  const Tick end = std::max(last_event(piece), Tick(1));
  const Tick farthest = Tick() + kLongestBar * static_cast<std::int64_t>(kMostPlayedBars);
  if (end > farthest || piece.metre.bar_at(end) > static_cast<int>(kMostPlayedBars)) {
    return fail(ErrorCode::unsupported, "MusicXML is written for at most 20,000 bars");
  }
  std::vector<Tick> bars = piece.metre.bar_starts(end);
  if (bars.empty()) bars.push_back(Tick());
  bars.push_back(end_of_last_bar(piece, bars.back(), end));
  return bars;
}

std::int64_t unit_of(const Piece& piece,
                     std::span<const Tick> bars,
                     std::span<const VoicedPart> parts) {
  std::int64_t unit = score::kTicksPerBeat;
  const auto add = [&](Tick at) { unit = std::gcd(unit, at.count()); };
  for (const Tick bar : bars)
    add(bar);
  for (const VoicedPart& part : parts) {
    for (const auto& [from, to] : part.moved)
      add(to);
    for (const Voice& voice : part.voices) {
      for (const VoiceEvent& event : voice.events) {
        add(event.start);
        add(event.end);
      }
    }
  }
  for (const score::ChordSpan& span : piece.chords) {
    add(span.onset);
    add(span.end());
  }
  for (const score::TempoChange& change : piece.tempo.changes())
    add(change.at);
  for (const score::KeyChange& change : piece.keys)
    add(change.at);
  for (const score::Section& section : piece.sections)
    add(section.onset);
  return unit;
}

}  // namespace cantus::formats::musicxml
