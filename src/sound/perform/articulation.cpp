#include "sound/perform/articulation.h"

#include <algorithm>
#include <optional>

#include "sound/perform/instrument.h"

namespace cantus::sound {
namespace {

using score::Role;
using score::Tick;

/// What comes after a chord of the draft, in written time.
struct Following {
  std::optional<Tick> onset;
  bool repeats = false;  ///< The same key comes back in it.
};

Following following(const Draft& draft, std::size_t index, std::size_t next) {
  if (next >= draft.size()) return {};
  Following what{draft[next].written.onset};
  const std::size_t last = chord_end(draft, next);
  for (std::size_t i = next; i < last; ++i) {
    what.repeats |= draft[i].written.pitch == draft[index].written.pitch;
  }
  return what;
}

bool joins(const score::Note& note, const Following& next) {
  if (!next.onset) return false;
  const score::TickLength gap = *next.onset - note.end();
  return gap <= score::beats(1, 16) && gap >= score::beats(-1, 16);
}

double shortened(const DraftNote& note, double fraction, double most_seconds) {
  const double length = note.release_seconds - note.onset_seconds;
  return note.release_seconds - std::min(length * fraction, most_seconds);
}

double held_drum(const DraftNote& note) {
  const double least = is_cymbal(note.written.pitch.key()) ? 3.0 : 0.5;
  return std::max(note.release_seconds, note.onset_seconds + least);
}

double held_line(const Rehearsal& rehearsal, const DraftNote& note, const Following& next) {
  const bool joined = joins(note.written, next);
  if (joined && next.repeats) return shortened(note, 0.25, 0.06);
  if (rehearsal.part.role == Role::bass) return shortened(note, 0.15, 0.05);
  if (!joined) return shortened(note, 0.1, 0.02);
  if (rehearsal.part.role == Role::pad) return note.release_seconds + 0.06;
  return note.release_seconds + (decays(rehearsal.part.program) ? 0.01 : 0.025);
}

/// Where the pedal is changed: at the next chord of the chord track or the next bar.
Tick pedal_change(const Rehearsal& rehearsal, Tick onset) {
  const auto bar = std::ranges::upper_bound(rehearsal.bars, onset);
  Tick change = bar == rehearsal.bars.end() ? score::sounding_end(rehearsal.piece) : *bar;
  const auto& chords = rehearsal.piece.chords;
  const auto chord = std::ranges::upper_bound(chords, onset, {}, &score::ChordSpan::onset);
  if (chord != chords.end()) change = std::min(change, chord->onset);
  return change;
}

/// Broken chords ring under the pedal; struck ones are held as written.
bool is_pedalled(const Rehearsal& rehearsal, std::size_t first, std::size_t last) {
  return rehearsal.part.role == Role::chords && rings_on(rehearsal.part.program) &&
         last - first <= 2;
}

}  // namespace

void articulate(const Rehearsal& rehearsal, Draft& draft) {
  if (rehearsal.amount <= 0.0) return;
  for (std::size_t first = 0; first < draft.size();) {
    const std::size_t last = chord_end(draft, first);
    for (std::size_t i = first; i < last; ++i) {
      DraftNote& note = draft[i];
      if (rehearsal.part.is_drums()) {
        note.release_seconds = held_drum(note);
      } else if (!rehearsal.keeps_timing) {
        note.release_seconds = held_line(rehearsal, note, following(draft, i, last));
        if (is_pedalled(rehearsal, first, last)) {
          const Tick change = pedal_change(rehearsal, note.written.onset);
          note.release_seconds = std::max(note.release_seconds, rehearsal.clock.seconds_at(change));
        }
      }
    }
    first = last;
  }
}

}  // namespace cantus::sound
