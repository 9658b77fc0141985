#include "music/formats/abc/align.h"

#include <algorithm>

#include <fmt/format.h>

namespace cantus::formats::abc {
namespace {

/// Where the bars of a voice start, and its end.
std::vector<Grains> bar_starts(const Voice& voice) {
  std::vector<Grains> starts{0};
  for (const BarMark& mark : voice.bars) {
    if (mark.line && mark.at > starts.back()) starts.push_back(mark.at);
  }
  return starts;
}

class Shift {
 public:
  Shift(const std::vector<Grains>& from, const std::vector<Grains>& to) : from_(from), to_(to) {}

  void move(Grains& at) const {
    const auto after = std::ranges::upper_bound(from_, at);
    const auto bar = static_cast<std::size_t>(after - from_.begin()) - 1;
    at += to_[bar] - from_[bar];
  }
  template <class Items>
  void move_all(Items& items) const {
    for (auto& item : items)
      move(item.at);
  }

 private:
  const std::vector<Grains>& from_;
  const std::vector<Grains>& to_;
};

void move_voice(Voice& voice, const Shift& shift) {
  shift.move_all(voice.notes);
  shift.move_all(voice.bars);
  shift.move_all(voice.keys);
  shift.move_all(voice.metres);
  shift.move_all(voice.tempos);
  shift.move_all(voice.chords);
  shift.move_all(voice.labels);
  shift.move_all(voice.lyrics);
  shift.move(voice.end);
}

}  // namespace

void align(Tune& tune) {
  std::vector<std::vector<Grains>> starts;
  std::vector<Voice*> voices;
  for (Voice& voice : tune.voices) {
    if (voice.end == 0) continue;
    voices.push_back(&voice);
    starts.push_back(bar_starts(voice));
  }
  const bool agree =
      std::ranges::adjacent_find(starts, std::ranges::not_equal_to()) == starts.end();
  if (agree) return;
  const std::size_t bars = starts.front().size();
  if (!std::ranges::all_of(starts, [&](const auto& list) { return list.size() == bars; })) {
    const bool same_end = std::ranges::adjacent_find(voices, std::ranges::not_equal_to(),
                                                     &Voice::end) == voices.end();
    if (!same_end && tune.warnings.size() < kMostWarnings) {
      tune.warnings.emplace_back("the voices do not have the same number of bars");
    }
    return;
  }
  std::vector<Grains> common(bars, 0);
  for (std::size_t bar = 1; bar < bars; ++bar) {
    Grains longest = 0;
    for (const auto& list : starts)
      longest = std::max(longest, list[bar] - list[bar - 1]);
    common[bar] = common[bar - 1] + longest;
  }
  for (std::size_t i = 0; i < voices.size(); ++i)
    move_voice(*voices[i], Shift(starts[i], common));
  if (tune.warnings.size() < kMostWarnings) {
    tune.warnings.emplace_back("some bars are not equally long in all voices");
  }
}

}  // namespace cantus::formats::abc
