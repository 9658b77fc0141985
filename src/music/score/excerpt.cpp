#include "music/score/excerpt.h"

#include <algorithm>

namespace cantus::score {
namespace {

/// Chords or sections between two ticks, the first of them at 0.
template <class Span>
std::vector<Span> cut(const std::vector<Span>& spans, Tick from, Tick to) {
  std::vector<Span> kept;
  for (Span span : spans) {
    const Tick start = std::max(span.onset, from);
    const Tick end = std::min(span.end(), to);
    if (end <= start) continue;
    span.onset = Tick() + (start - from);
    span.length = end - start;
    kept.push_back(span);
  }
  return kept;
}

}  // namespace

Piece excerpt(const Piece& piece, Tick from, Tick to) {
  const auto moved = [&](Tick at) { return Tick() + (at - from); };
  Piece out = piece;
  out.tempo = TempoMap(piece.tempo.bpm_at(from));
  for (const TempoChange& change : piece.tempo.changes()) {
    if (change.at > from && change.at < to) out.tempo.set(moved(change.at), change.bpm);
  }
  out.metre = MetreMap(piece.metre.metre_at(from));
  if (from == Tick()) out.metre.set_pickup(piece.metre.pickup());
  for (const MetreChange& change : piece.metre.changes()) {
    if (change.at > from && change.at < to) out.metre.set(moved(change.at), change.metre);
  }
  out.keys.clear();
  if (const auto key = key_at(piece, from)) out.keys.push_back({Tick(), *key});
  for (const KeyChange& change : piece.keys) {
    if (change.at > from && change.at < to) out.keys.push_back({moved(change.at), change.key});
  }
  out.chords = cut(piece.chords, from, to);
  out.sections = cut(piece.sections, from, to);
  const auto outside = [&](const auto& event) { return event.onset < from || event.onset >= to; };
  for (Part& part : out.parts) {
    std::erase_if(part.notes, outside);
    std::erase_if(part.lyrics, outside);
    for (Note& note : part.notes)
      note.onset = moved(note.onset);
    for (Lyric& lyric : part.lyrics)
      lyric.onset = moved(lyric.onset);
  }
  out.end = moved(to);
  return out;
}

}  // namespace cantus::score
