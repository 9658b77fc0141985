#include "neural/touch/score_bars.h"

#include <algorithm>

namespace cantus::touch {

using score::Tick;

ScoreBars::ScoreBars(const score::Piece& piece, Tick last) {
  for (const Tick start : piece.metre.bar_starts(std::max(piece.end, last) + score::TickLength(1)))
    bars_.push_back({start, piece.metre.metre_at(start)});
  if (bars_.empty()) bars_.push_back({Tick(), piece.metre.metre_at(Tick())});
}

std::size_t ScoreBars::number_at(Tick at) const {
  const auto after = std::ranges::upper_bound(bars_, at, {}, &Bar::start);
  return after == bars_.begin() ? 0 : static_cast<std::size_t>(after - bars_.begin()) - 1;
}

int ScoreBars::place_in_bar(Tick at) const {
  return static_cast<int>((at - bars_[number_at(at)].start).count() / kStep);
}

std::ptrdiff_t ScoreBars::place_in_beat(Tick at) const {
  const std::int64_t inside = (at - bars_[number_at(at)].start).count();
  return std::ranges::find(kPlaces, inside % score::kTicksPerBeat / kStep) - kPlaces.begin();
}

}  // namespace cantus::touch
