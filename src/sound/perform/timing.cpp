#include "sound/perform/timing.h"

#include <algorithm>
#include <cmath>

#include "sound/perform/instrument.h"

namespace cantus::sound {
namespace {

using score::Role;
using score::Tick;

// Milliseconds. Skilled ensembles keep within 10 to 20 ms of each other, the melody a little ahead
// (Rasch 1979; Goebl 2001); slow drift and quick jitter add up as in tapping (Gilden 2001).
struct Habit {
  double lead;
  double drift;
  double jitter;
};

Habit habit_of(Role role) {
  switch (role) {
    case Role::melody:
      return {4.0, 4.0, 3.0};
    case Role::counter:
      return {1.0, 4.0, 3.0};
    case Role::chords:
      return {0.0, 3.0, 3.0};
    case Role::pad:
      return {8.0, 3.0, 4.0};
    case Role::bass:
      return {-2.0, 3.0, 2.0};
    case Role::drums:
      return {0.0, 2.0, 1.5};
    case Role::other:
      break;
  }
  return {0.0, 4.0, 3.0};
}

// Value noise with a node on every second beat: smooth, and known from its own place alone.
double drift_at(const Rehearsal& rehearsal, Tick onset) {
  const double place = (onset - Tick()).beats() / 2.0;
  const auto node = static_cast<std::int64_t>(std::floor(place));
  const double t = place - static_cast<double>(node);
  const double blend = t * t * (3.0 - 2.0 * t);
  const double here = rehearsal.draw("drift", node).normal();
  const double next = rehearsal.draw("drift", node + 1).normal();
  return here + blend * (next - here);
}

// A snare a hair late and time keepers on the spot is what drummers do.
double drum_lean_ms(int key) {
  return key == 38 || key == 40 ? 2.0 : 0.0;
}

void shift(DraftNote& note, double seconds) {
  seconds = std::max(seconds, -note.onset_seconds);
  note.onset_seconds += seconds;
  note.release_seconds += seconds;
}

bool strums_up(const Rehearsal& rehearsal, Tick onset) {
  const std::int64_t inside = (onset - rehearsal.bar_start(onset)).count();
  return inside % score::kTicksPerBeat != 0;
}

double roll_step_seconds(int program) {
  if (is_harp(program)) return 0.022;
  if (is_strummed(program)) return 0.008;
  return 0.003;
}

}  // namespace

void humanize_timing(const Rehearsal& rehearsal, Draft& draft) {
  if (rehearsal.keeps_timing || rehearsal.amount <= 0.0) return;
  const Habit habit = habit_of(rehearsal.part.role);
  for (DraftNote& note : draft) {
    if (note.touch != nullptr && note.touch->later_ms) {
      shift(note, rehearsal.amount / 1000.0 * std::clamp(*note.touch->later_ms, -30.0, 30.0));
      continue;
    }
    const Tick onset = note.written.onset;
    const double beat_seconds = 60.0 / rehearsal.clock.bpm_at(onset);
    const double pace = std::min(1.0, beat_seconds / 0.5) * rehearsal.amount / 1000.0;
    const double drift = habit.drift * drift_at(rehearsal, onset);
    const double jitter = habit.jitter * rehearsal.draw("jitter", onset.count()).normal();
    const double lean =
        rehearsal.part.is_drums() ? drum_lean_ms(note.written.pitch.key()) : -habit.lead;
    const double own =
        rehearsal.part.is_drums()
            ? rehearsal.draw("hand", onset.count(), note.written.pitch.key()).normal()
            : 0.0;
    shift(note, pace * std::clamp(drift + jitter + lean + own, -30.0, 30.0));
    if (note.touch != nullptr)
      shift(note, rehearsal.amount / 1000.0 * std::clamp(note.touch->lean_ms, -30.0, 30.0));
  }
}

void roll_chords(const Rehearsal& rehearsal, Draft& draft) {
  const int program = rehearsal.part.program;
  // Strums are the instrument's; how a pianist's chord falls apart is part of a touch.
  const bool falls_apart = is_piano(program) && rehearsal.touches == nullptr;
  const bool rolls = is_strummed(program) || falls_apart || is_harp(program);
  if (rehearsal.keeps_timing || rehearsal.part.is_drums() || !rolls) return;
  for (std::size_t first = 0; first < draft.size();) {
    const std::size_t last = chord_end(draft, first);
    const auto voices = static_cast<double>(last - first);
    const bool up = is_strummed(program) && strums_up(rehearsal, draft[first].written.onset);
    const double step = rehearsal.amount * roll_step_seconds(program);
    for (std::size_t i = first; last - first >= 3 && i < last; ++i) {
      const auto place = static_cast<double>(up ? last - 1 - i : i - first);
      const Random draw =
          rehearsal.draw("roll", draft[i].written.onset.count(), draft[i].written.pitch.key());
      const double loose = 0.7 + 0.6 * Random(draw).uniform();
      const double moved = step * loose * (place - voices / 3.0);
      draft[i].onset_seconds = std::max(0.0, draft[i].onset_seconds + moved);
    }
    first = last;
  }
}

void place_graces(const Rehearsal& rehearsal, Draft& draft) {
  for (std::size_t first = 0; first < draft.size();) {
    const std::size_t last = chord_end(draft, first);
    const auto graces = std::count_if(draft.begin() + static_cast<std::ptrdiff_t>(first),
                                      draft.begin() + static_cast<std::ptrdiff_t>(last),
                                      [](const DraftNote& note) { return note.written.grace; });
    const double beat_seconds = 60.0 / rehearsal.clock.bpm_at(draft[first].written.onset);
    const double each = std::min(0.09, beat_seconds / 5.0);
    const double room = static_cast<double>(graces) * each;
    const double late = std::max(0.0, room - draft[first].onset_seconds);
    double at = draft[first].onset_seconds + late - room;
    for (std::size_t i = first; graces > 0 && i < last; ++i) {
      DraftNote& note = draft[i];
      if (note.written.grace) {
        note.onset_seconds = at;
        note.release_seconds = at += each;
        note.velocity *= 0.85;
      } else {
        note.onset_seconds += late;
        note.release_seconds = std::max(note.release_seconds, note.onset_seconds + 0.02);
      }
    }
    first = last;
  }
}

}  // namespace cantus::sound
