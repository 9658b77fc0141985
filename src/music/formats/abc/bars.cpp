#include "music/formats/abc/bars.h"

#include <fmt/format.h>

namespace cantus::formats::abc {
namespace {

using score::Metre;
using score::Tick;
using score::TickLength;

}  // namespace

std::optional<Metre> metre_of(TickLength length, Metre usual) {
  for (int denominator = usual.denominator; denominator <= 64; denominator *= 2) {
    const TickLength unit = score::beats(4, denominator);
    const std::int64_t count = length.count() / unit.count();
    if (count > 64) return std::nullopt;
    if (count > 0 && unit * count == length) return Metre{static_cast<int>(count), denominator};
  }
  return std::nullopt;
}

namespace {

class BarCounter {
 public:
  explicit BarCounter(std::vector<std::string>& warnings) : warnings_(&warnings) {}

  /// How many of the bars from `first` on form whole ones.
  std::size_t add(const std::vector<PlayedBar>& bars, std::size_t first);
  score::MetreMap map;

 private:
  void ask_for(Metre metre);
  void irregular(TickLength length, bool free);
  std::size_t made_whole(const std::vector<PlayedBar>& bars, std::size_t first) const;
  bool is_pickup(const std::vector<PlayedBar>& bars, std::size_t first) const;

  std::vector<std::string>* warnings_;
  Tick at_;
  int number_ = 1;
  Metre metre_;
  bool restart_ = true;  ///< The next bar needs a change, even to the same metre.
};

void BarCounter::ask_for(Metre metre) {
  if (restart_ || metre != metre_) map.set(at_, metre);
  restart_ = false;
  metre_ = metre;
}

void BarCounter::irregular(TickLength length, bool free) {
  const Metre usual = metre_;
  const auto own = metre_of(length, usual);
  ask_for(own.value_or(usual));
  if (!free && warnings_->size() < kMostWarnings) {
    warnings_->push_back(fmt::format("bar {}: {:g} beats long in {}/{}", number_, length.beats(),
                                     usual.numerator, usual.denominator));
  }
  const std::int64_t bar = metre_.bar_length().count();
  number_ += own ? 1 : static_cast<int>((length.count() + bar - 1) / bar);
  at_ += length;
  restart_ = true;
  metre_ = usual;
}

/// How many bars from `first`, each too short, add up to a whole one; 0 where they do not.
std::size_t BarCounter::made_whole(const std::vector<PlayedBar>& bars, std::size_t first) const {
  const TickLength bar = metre_.bar_length();
  TickLength sum;
  for (std::size_t i = first; i < bars.size() && i < first + 4; ++i) {
    if (bars[i].metre != bars[first].metre) return 0;
    if (first == 0 && i > 0 && i + 1 == bars.size()) return 0;  // a pickup and a short last bar
    sum += bars[i].length;
    if (sum == bar) return i - first + 1;
    if (sum > bar) return 0;
  }
  return 0;
}

bool BarCounter::is_pickup(const std::vector<PlayedBar>& bars, std::size_t first) const {
  return first == 0 && bars[0].length < metre_.bar_length() && bars.size() > 1;
}

std::size_t BarCounter::add(const std::vector<PlayedBar>& bars, std::size_t first) {
  const TickLength length = bars[first].length;
  const bool free = !bars[first].metre.has_value();
  ask_for(bars[first].metre.value_or(Metre{}));
  const TickLength bar = metre_.bar_length();
  const bool last = first + 1 == bars.size();
  const std::size_t whole = made_whole(bars, first);
  if (free && length != bar && !(last && length < bar)) {
    irregular(length, free);
  } else if (length.count() % bar.count() == 0) {
    number_ += static_cast<int>(length.count() / bar.count());
    at_ += length;
  } else if (whole > 0) {
    ++number_;
    at_ += bar;
    return whole;
  } else if (is_pickup(bars, first)) {
    map.set_pickup(length);
    at_ += length;
  } else if (last && length < bar) {
    at_ += length;
  } else {
    irregular(length, free);
  }
  return 1;
}

}  // namespace

score::MetreMap metre_map_of(const std::vector<PlayedBar>& bars,
                             std::vector<std::string>& warnings) {
  BarCounter counter(warnings);
  for (std::size_t i = 0; i < bars.size();)
    i += counter.add(bars, i);
  return counter.map;
}

}  // namespace cantus::formats::abc
