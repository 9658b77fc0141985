#include "music/score/tempo_map.h"

#include <algorithm>
#include <cmath>

namespace cantus::score {
namespace {

double seconds_for(TickLength length, double bpm) {
  return length.beats() * 60.0 / bpm;
}

}  // namespace

void TempoMap::set(Tick at, double bpm) {
  at = std::max(at, Tick());
  bpm = std::isfinite(bpm) ? std::clamp(bpm, kSlowestBpm, kFastestBpm) : 120.0;
  const auto place = std::ranges::lower_bound(changes_, at, {}, &TempoChange::at);
  if (place != changes_.end() && place->at == at) {
    place->bpm = bpm;
  } else {
    changes_.insert(place, TempoChange{at, bpm});
  }
}

double TempoMap::bpm_at(Tick at) const {
  const auto after = std::ranges::upper_bound(changes_, at, {}, &TempoChange::at);
  return after == changes_.begin() ? changes_.front().bpm : std::prev(after)->bpm;
}

double TempoMap::seconds_at(Tick at) const {
  double seconds = 0.0;
  for (std::size_t i = 0; i < changes_.size() && changes_[i].at < at; ++i) {
    const Tick end = i + 1 < changes_.size() ? std::min(at, changes_[i + 1].at) : at;
    seconds += seconds_for(end - changes_[i].at, changes_[i].bpm);
  }
  return seconds;
}

Tick TempoMap::tick_at(double seconds) const {
  for (std::size_t i = 0;; ++i) {
    const TempoChange& here = changes_[i];
    const bool last = i + 1 == changes_.size();
    const double lasts = last ? 0.0 : seconds_for(changes_[i + 1].at - here.at, here.bpm);
    if (last || seconds < lasts) {
      const double ticks = std::max(seconds, 0.0) * here.bpm / 60.0 * kTicksPerBeat;
      return here.at + TickLength(std::llround(std::min(ticks, 9.0e15)));
    }
    seconds -= lasts;
  }
}

}  // namespace cantus::score
