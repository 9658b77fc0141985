#include "sound/perform/clock.h"

#include <algorithm>

namespace cantus::sound {

using score::Tick;

Clock::Clock(const score::Piece& piece, double final_slowing) {
  double seconds = 0.0;
  for (const score::TempoChange& change : piece.tempo.changes()) {
    if (!stretches_.empty()) {
      const Stretch& last = stretches_.back();
      seconds += (change.at - last.from).beats() * 60.0 / last.bpm;
    }
    stretches_.push_back(Stretch{change.at, seconds, change.bpm});
  }
  if (final_slowing <= 0.0) return;
  const Tick end = score::sounding_end(piece);
  const score::TickLength bar = piece.metre.metre_at(end).bar_length();
  const double from = seconds_at(std::max(end - bar, Tick()));
  slow_length_ = seconds_at(end) - from;
  slow_from_ = from;
  slowing_ = final_slowing;
}

const Clock::Stretch& Clock::stretch_at(Tick at) const {
  const auto after = std::ranges::upper_bound(stretches_, at, {}, &Stretch::from);
  return after == stretches_.begin() ? stretches_.front() : *std::prev(after);
}

// Within the slowed bar the tempo falls evenly with written time: the integral is a parabola.
double Clock::seconds_at(Tick at) const {
  const Stretch& stretch = stretch_at(std::max(at, Tick()));
  const double written =
      stretch.seconds + (std::max(at, Tick()) - stretch.from).beats() * 60.0 / stretch.bpm;
  if (slow_length_ <= 0.0 || written <= slow_from_) return written;
  const double inside = std::min(written - slow_from_, slow_length_);
  const double beyond = written - slow_from_ - inside;
  return written + slowing_ * (inside * inside / (2.0 * slow_length_) + beyond);
}

double Clock::bpm_at(Tick at) const {
  return stretch_at(at).bpm;
}

}  // namespace cantus::sound
