// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/bars.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace cantus::formats::humdrum {
namespace {

using score::Metre;
using score::Tick;
using score::TickLength;

struct Boundary {
  std::int64_t at = 0;
  bool joins = false;
};

std::vector<Boundary> boundaries_of(const Written& heard) {
  std::vector<Boundary> all{{0, false}};
  for (const auto& [segment, at, barline] : heard.barlines) {
    if (at <= 0 || at >= heard.end) continue;
    if (at == all.back().at)
      all.back().joins = all.back().joins || barline.joins;
    else
      all.push_back({at, barline.joins});
  }
  all.push_back({heard.end, false});
  return all;
}

/// A metre with exactly this bar length, in the given denominator if it can be.
std::optional<Metre> metre_of(std::int64_t length, int denominator) {
  for (int below = denominator; below <= 64; below *= 2) {
    const std::int64_t unit = score::beats(4, below).count();
    if (length % unit == 0 && length / unit >= 1 && length / unit <= 64)
      return Metre{static_cast<int>(length / unit), below};
  }
  return std::nullopt;
}

Metre commonest(const std::vector<Boundary>& bars) {
  std::map<std::int64_t, int> times;
  for (std::size_t i = 1; i < bars.size(); ++i)
    ++times[bars[i].at - bars[i - 1].at];
  const auto most =
      std::ranges::max_element(times, {}, [](const auto& entry) { return entry.second; });
  if (bars.size() < 4) return Metre{};
  return metre_of(most->first, 4).value_or(Metre{});
}

class Counter {
 public:
  Counter(const Written& heard, std::vector<Boundary> bars)
      : metres_(heard.metres), bars_(std::move(bars)), said_(commonest(bars_)), map_(said_) {}

  score::MetreMap count() && {
    for (std::size_t i = 0; i + 1 < bars_.size();) {
      take_said(bars_[i].at);
      const std::size_t next = end_of_bar(i);
      place(i, next);
      i = next;
    }
    return std::move(map_);
  }

 private:
  void take_said(std::int64_t at) {
    for (; next_said_ < metres_.size() && metres_[next_said_].at <= at; ++next_said_)
      said_ = metres_[next_said_].value;
  }

  // Where the bar from boundary i ends: barlines that halve it are passed over.
  std::size_t end_of_bar(std::size_t i) const {
    const std::int64_t full = bars_[i].at + said_.bar_length().count();
    std::size_t next = i + 1;
    while (i > 0 && bars_[next].joins && bars_[next + 1].at <= full)
      ++next;
    return next;
  }

  void place(std::size_t from, std::size_t to) {
    const std::int64_t length = bars_[to].at - bars_[from].at;
    const std::int64_t full = said_.bar_length().count();
    const bool last = to + 1 == bars_.size();
    if (from == 0 && length < full && !last) {
      map_.set(Tick(0), said_);
      map_.set_pickup(TickLength(length));
      running_ = said_;
      return;
    }
    Metre metre = said_;
    const bool fits = length == full || (last && length < full);
    if (!fits) metre = metre_of(length, said_.denominator).value_or(said_);
    if (running_ != metre || ragged_ || from == 0) map_.set(Tick(bars_[from].at), metre);
    running_ = metre;
    ragged_ = !last && metre.bar_length().count() != length;
  }

  const std::vector<Event<Metre>>& metres_;
  std::vector<Boundary> bars_;
  std::size_t next_said_ = 0;
  Metre said_;
  score::MetreMap map_;
  std::optional<Metre> running_;
  bool ragged_ = false;  // the bar before was of no metre: the next must say where it starts
};

}  // namespace

score::MetreMap metres_of(const Written& heard) {
  if (heard.end <= 0)
    return score::MetreMap(heard.metres.empty() ? Metre{} : heard.metres.front().value);
  return Counter(heard, boundaries_of(heard)).count();
}

}  // namespace cantus::formats::humdrum
