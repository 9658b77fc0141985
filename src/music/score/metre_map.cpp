#include "music/score/metre_map.h"

#include <algorithm>
#include <bit>

namespace cantus::score {
namespace {

Metre held_to_range(Metre metre) {
  const int numerator = std::clamp(metre.numerator, 1, 64);
  const auto denominator = static_cast<unsigned>(std::clamp(metre.denominator, 1, 64));
  return Metre{numerator, static_cast<int>(std::bit_floor(denominator))};
}

std::int64_t bars_in(TickLength length, Metre metre) {
  const std::int64_t bar = metre.bar_length().count();
  return (length.count() + bar - 1) / bar;
}

}  // namespace

void MetreMap::set(Tick at, Metre metre) {
  at = std::max(at, Tick());
  metre = held_to_range(metre);
  const auto place = std::ranges::lower_bound(changes_, at, {}, &MetreChange::at);
  if (place != changes_.end() && place->at == at) {
    place->metre = metre;
  } else {
    changes_.insert(place, MetreChange{at, metre});
  }
}

Metre MetreMap::metre_at(Tick at) const {
  const auto after = std::ranges::upper_bound(changes_, at, {}, &MetreChange::at);
  return after == changes_.begin() ? changes_.front().metre : std::prev(after)->metre;
}

int MetreMap::bar_at(Tick at) const {
  at = std::max(at, Tick());
  if (at < Tick() + pickup_) return 0;
  std::int64_t number = 1;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const Tick start = std::max(changes_[i].at, Tick() + pickup_);
    const Metre metre = changes_[i].metre;
    const bool last = i + 1 == changes_.size();
    if (last || at < changes_[i + 1].at) {
      return static_cast<int>(number + (at - start).count() / metre.bar_length().count());
    }
    if (changes_[i + 1].at > start) number += bars_in(changes_[i + 1].at - start, metre);
  }
  return static_cast<int>(number);
}

Tick MetreMap::bar_start(int number) const {
  if (number <= 0) return Tick();
  std::int64_t left = number - 1;
  for (std::size_t i = 0;; ++i) {
    const Tick start = std::max(changes_[i].at, Tick() + pickup_);
    const Metre metre = changes_[i].metre;
    const bool last = i + 1 == changes_.size();
    const std::int64_t bars =
        last || changes_[i + 1].at <= start ? 0 : bars_in(changes_[i + 1].at - start, metre);
    if (last || left < bars) return start + metre.bar_length() * left;
    left -= bars;
  }
}

std::vector<Tick> MetreMap::bar_starts(Tick end) const {
  std::vector<Tick> starts;
  if (pickup_ > TickLength() && end > Tick()) starts.push_back(Tick());
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const Tick stop = i + 1 < changes_.size() ? std::min(end, changes_[i + 1].at) : end;
    const TickLength bar = changes_[i].metre.bar_length();
    for (Tick at = std::max(changes_[i].at, Tick() + pickup_); at < stop; at += bar) {
      starts.push_back(at);
    }
  }
  return starts;
}

}  // namespace cantus::score
