#include "sound/perform/touch.h"

#include <algorithm>
#include <cmath>

#include "sound/perform/instrument.h"

namespace cantus::sound {
namespace {

using score::Role;
using score::Tick;
using score::TickLength;

// Velocity steps.
struct Touch {
  double accent;  ///< between a downbeat and a weak note
  double arch;    ///< between the ends and the height of a phrase
  double uneven;  ///< deviation
};

Touch touch_of(Role role) {
  switch (role) {
    case Role::melody:
      return {6.0, 16.0, 2.0};
    case Role::counter:
      return {5.0, 14.0, 2.0};
    case Role::chords:
      return {7.0, 0.0, 2.5};
    case Role::pad:
      return {2.0, 0.0, 1.5};
    case Role::bass:
      return {7.0, 0.0, 2.5};
    case Role::drums:
      return {6.0, 0.0, 3.0};
    case Role::other:
      break;
  }
  return {5.0, 8.0, 2.0};
}

// The habits above go with what people do, but three times too far: on the training parts of the
// open collections 0.30 of them errs least (docs/benchmarks.md).
constexpr double kAsPeopleDo = 0.3;

// From 1 on the downbeat to -0.5 between the pulses (Lerdahl and Jackendoff 1983, metrical levels).
double metric_weight(const Rehearsal& rehearsal, Tick onset) {
  const score::Metre metre = rehearsal.piece.metre.metre_at(onset);
  const std::int64_t inside = (onset - rehearsal.bar_start(onset)).count();
  const std::int64_t pulse = metre.pulse().count();
  const std::int64_t pulses = std::max<std::int64_t>(1, metre.bar_length().count() / pulse);
  if (inside == 0) return 1.0;
  if (inside % pulse == 0) {
    return pulses % 2 == 0 && pulses >= 4 && inside / pulse == pulses / 2 ? 0.5 : 0.2;
  }
  return inside * 2 % pulse == 0 ? -0.2 : -0.5;
}

bool ends_phrase(const Rehearsal& rehearsal, Tick start, Tick sounded, Tick next) {
  const TickLength bar = rehearsal.piece.metre.metre_at(start).bar_length();
  const TickLength rest = next - sounded;
  const TickLength lasted = next - start;
  if (rest >= score::beats(1)) return true;
  if (rest >= score::beats(1, 2) && lasted >= bar * 2) return true;
  return lasted >= bar * 4 && rehearsal.bar_start(next) == next;
}

double mean_key(const Draft& draft, std::size_t first, std::size_t last) {
  double sum = 0.0;
  for (std::size_t i = first; i < last; ++i)
    sum += draft[i].written.pitch.key();
  return sum / static_cast<double>(last - first);
}

// A phrase swells and falls like a parabola (Todd 1992), its height after the middle; higher notes
// are a little louder ("high loud", Friberg, Bresin and Sundberg 2006).
void shape_phrase(Draft& draft, std::size_t first, std::size_t last, double arch) {
  constexpr double kHeight = 0.6;
  const double start = draft[first].onset_seconds;
  const double length = draft[last - 1].onset_seconds - start;
  if (last - first < 4 || length <= 0.0) return;
  const double mean = mean_key(draft, first, last);
  for (std::size_t i = first; i < last; ++i) {
    const double place = (draft[i].onset_seconds - start) / length;
    const double away = (place - kHeight) / (place < kHeight ? kHeight : 1.0 - kHeight);
    const double high = std::clamp(0.35 * (draft[i].written.pitch.key() - mean), -5.0, 5.0);
    draft[i].velocity += arch * (0.6 - away * away) + high * arch / 16.0;
  }
}

}  // namespace

std::vector<std::size_t> phrase_starts(const Rehearsal& rehearsal, const Draft& draft) {
  std::vector<std::size_t> starts;
  Tick start;
  Tick sounded;
  for (std::size_t i = 0; i < draft.size(); ++i) {
    const Tick onset = draft[i].written.onset;
    if (i == 0 ||
        (onset > draft[i - 1].written.onset && ends_phrase(rehearsal, start, sounded, onset))) {
      starts.push_back(i);
      start = onset;
    }
    sounded = std::max(sounded, draft[i].written.end());
  }
  return starts;
}

void humanize_velocity(const Rehearsal& rehearsal, Draft& draft) {
  if (rehearsal.keeps_velocity || rehearsal.amount <= 0.0) return;
  const Touch touch = touch_of(rehearsal.part.role);
  const double amount = rehearsal.amount;
  if (touch.arch > 0.0 && rehearsal.touches == nullptr) {
    std::vector<std::size_t> starts = phrase_starts(rehearsal, draft);
    starts.push_back(draft.size());
    for (std::size_t p = 0; p + 1 < starts.size(); ++p) {
      shape_phrase(draft, starts[p], starts[p + 1], amount * kAsPeopleDo * touch.arch);
    }
  }
  for (DraftNote& note : draft) {
    if (note.touch != nullptr) {
      note.velocity += amount * note.touch->louder;
      continue;
    }
    const Tick onset = note.written.onset;
    const int key = note.written.pitch.key();
    const bool leads = rehearsal.part.is_drums() && is_time_keeper(key);
    const double share = rehearsal.part.is_drums() ? (leads ? 1.6 : 1.0) : kAsPeopleDo;
    const double accent = share * touch.accent * metric_weight(rehearsal, onset);
    const double uneven = touch.uneven * rehearsal.draw("touch", onset.count(), key).normal();
    note.velocity += amount * (accent + uneven);
  }
}

}  // namespace cantus::sound
