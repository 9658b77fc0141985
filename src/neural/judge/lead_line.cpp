#include "neural/judge/lead_line.h"

#include <algorithm>
#include <string>

#include "base/random.h"
#include "music/theory/melody_statistics.h"

namespace cantus::judge {
namespace {

constexpr std::int64_t kStep = score::kTicksPerBeat / kStepsPerBeat;

int steps_of(std::int64_t ticks) {
  return static_cast<int>((ticks + kStep / 2) / kStep);
}

void add_tones(LeadLine& line, const score::Piece& piece, int tonic) {
  if (piece.parts.empty()) return;
  for (const score::Note& note : theory::top_line(piece.parts.front())) {
    Tone tone;
    tone.onset = steps_of(note.onset.count());
    tone.length = std::max(1, std::min(steps_of(note.length.count()), line.steps() - tone.onset));
    tone.key = note.pitch.key();
    tone.degree = ((tone.key - tonic) % 12 + 12) % 12;
    tone.bar = tone.onset / line.bar_steps;
    tone.place = tone.onset % line.bar_steps;
    if (tone.bar >= line.bars || tone.onset < 0) continue;
    line.tones.push_back(tone);
  }
}

void add_chords(LeadLine& line, const score::Piece& piece, int tonic) {
  for (const score::ChordSpan& span : piece.chords) {
    Harmony harmony;
    harmony.onset = steps_of(span.onset.count());
    harmony.length = std::min(steps_of(span.end().count()), line.steps()) - harmony.onset;
    if (harmony.length <= 0) continue;
    harmony.root = ((span.chord.root.pitch_class().number() - tonic) % 12 + 12) % 12;
    harmony.quality = span.chord.quality;
    harmony.slash = span.chord.bass && *span.chord.bass != span.chord.root;
    const auto classes = span.chord.pitch_classes();
    for (int degree = 0; degree < 12; ++degree)
      harmony.degrees[static_cast<std::size_t>(degree)] =
          classes[static_cast<std::size_t>((degree + tonic) % 12)];
    if (!line.chords.empty() && line.chords.back().same_chord(harmony) &&
        line.chords.back().end() == harmony.onset) {
      line.chords.back().length += harmony.length;
    } else {
      line.chords.push_back(harmony);
    }
  }
}

std::vector<std::int64_t> bar_numbers(const LeadLine& line, bool with_pitch) {
  const auto bounds = bar_bounds(line);
  std::vector<std::int64_t> numbers;
  for (std::size_t bar = 0; bar + 1 < bounds.size(); ++bar) {
    std::string words;
    for (std::size_t i = bounds[bar]; i < bounds[bar + 1]; ++i) {
      const Tone& tone = line.tones[i];
      words += std::to_string(tone.place) + ":" +
               std::to_string(std::min(tone.length, line.bar_steps - tone.place)) + ":";
      if (with_pitch) words += std::to_string(tone.key);
      words += " ";
    }
    numbers.push_back(words.empty() ? -1 : static_cast<std::int64_t>(hash_of(words) >> 1U));
  }
  return numbers;
}

}  // namespace

const Harmony* LeadLine::chord_at(int step) const {
  const auto after = std::ranges::upper_bound(chords, step, {}, &Harmony::onset);
  if (after == chords.begin()) return nullptr;
  const Harmony& before = *std::prev(after);
  return step < before.end() ? &before : nullptr;
}

LeadLine lead_line(const score::Piece& piece, score::Key key) {
  LeadLine line;
  const score::Metre metre = piece.metre.metre_at(score::Tick());
  line.bar_steps = std::max(1, steps_of(metre.bar_length().count()));
  line.pulse_steps = std::max(1, steps_of(metre.pulse().count()));
  line.bars = score::bars_of(piece);
  line.minor = key.scale()[2].above(key.tonic().pitch_class()) == 3;
  line.piece = piece;
  const int tonic = key.tonic().pitch_class().number();
  add_tones(line, piece, tonic);
  add_chords(line, piece, tonic);
  return line;
}

std::vector<std::size_t> bar_bounds(const LeadLine& line) {
  std::vector<std::size_t> bounds;
  for (int bar = 0; bar <= line.bars; ++bar) {
    const auto at = std::ranges::lower_bound(line.tones, bar, {}, &Tone::bar);
    bounds.push_back(static_cast<std::size_t>(at - line.tones.begin()));
  }
  return bounds;
}

std::vector<std::int64_t> bar_rhythms(const LeadLine& line) {
  return bar_numbers(line, false);
}

std::vector<std::int64_t> bar_tunes(const LeadLine& line) {
  return bar_numbers(line, true);
}

}  // namespace cantus::judge
