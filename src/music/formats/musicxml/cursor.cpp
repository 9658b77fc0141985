#include "music/formats/musicxml/cursor.h"

#include <algorithm>
#include <cmath>

namespace cantus::formats::musicxml {
namespace {

constexpr double kBeat = static_cast<double>(score::kTicksPerBeat);
constexpr double kLongest = kLongestBarBeats * kBeat;
/// How far a note type may move what the durations say: a division, at most a fiftieth of a beat.
constexpr double kLargestCorrection = kBeat / 50;

score::TickLength rounded(double ticks) {
  return score::TickLength(std::llround(std::clamp(ticks, 0.0, kLongest)));
}

}  // namespace

void Cursor::set_divisions(double divisions) {
  divisions = std::clamp(divisions, 1.0 / 64, 1e9);
  file_ *= divisions / divisions_;
  divisions_ = divisions;
}

double Cursor::ticks_of(double duration) const {
  return duration * kBeat / divisions_;
}

score::TickLength Cursor::at() const {
  return rounded(exact_);
}

score::TickLength Cursor::length_of(double duration) const {
  return rounded(ticks_of(duration));
}

void Cursor::advance(double duration, std::optional<double> written_ticks) {
  const double by_file = ticks_of(duration);
  const double tolerance = std::min(ticks_of(1), kLargestCorrection) + 0.5;
  const bool rounded_by_file =
      written_ticks && std::abs(*written_ticks - by_file) <= tolerance && by_file > 0;
  file_ += duration;
  if (rounded_by_file && *written_ticks != by_file) {
    exact_ += *written_ticks;
    corrected_ = true;
  } else {
    exact_ = corrected_ ? exact_ + by_file : ticks_of(file_);
  }
  if (exact_ <= kLongest) return;
  exact_ = kLongest;
  file_ = kLongest * divisions_ / kBeat;
}

bool Cursor::move(double duration) {
  // Going back, the file's own count leads to where it was before; so it is true again.
  if (duration < 0) corrected_ = false;
  const double target = file_ + duration;
  const double ticks = corrected_ ? exact_ + ticks_of(duration) : ticks_of(target);
  const bool inside = ticks > -0.5 && ticks <= kLongest;
  exact_ = std::clamp(ticks, 0.0, kLongest);
  file_ = inside ? std::max(target, 0.0) : exact_ * divisions_ / kBeat;
  return inside;
}

}  // namespace cantus::formats::musicxml
