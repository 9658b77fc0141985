// What the drums of a phrase do.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "neural/judge/roll_features.h"

namespace cantus::judge {
namespace {

using rolls::Player;
using rolls::Roll;
using rolls::RollNote;

constexpr int kBeat = rolls::kStepsPerBeat;

enum Drum : std::size_t { kick, snare, hat, ride, crash, tom, other, kDrums };

Drum drum_of(int key) {
  switch (key) {
    case 35:
    case 36:
      return kick;
    case 37:
    case 38:
    case 39:
    case 40:
      return snare;
    case 42:
    case 44:
    case 46:
      return hat;
    case 51:
    case 53:
    case 59:
      return ride;
    case 49:
    case 52:
    case 55:
    case 57:
      return crash;
    case 41:
    case 43:
    case 45:
    case 47:
    case 48:
    case 50:
      return tom;
    default:
      return other;
  }
}

using Bar = std::set<std::pair<int, int>>;  // place, key or drum

double as_before(const std::array<Bar, rolls::kBars>& bars, std::size_t by) {
  double same = 0;
  double all = 0;
  for (std::size_t i = by; i < bars.size(); ++i) {
    if (bars[i].empty()) continue;
    ++all;
    same += bars[i] == bars[i - by] ? 1 : 0;
  }
  return share_of(same, all);
}

/// Drums that stand where they are usual: on the first beat, in the middle, on the back beats.
void add_pattern(const Roll& roll, Sheet& sheet) {
  double ones = 0;
  double middles = 0;
  double backbeats = 0;
  double backbeats_all = 0;
  const auto plays = [&](Drum drum, int step) {
    return std::ranges::any_of(roll.of(Player::drums), [&](const RollNote& note) {
      return note.onset == step && drum_of(note.key) == drum;
    });
  };
  const int bar_steps = roll.bar_steps();
  for (int bar = 0; bar < rolls::kBars; ++bar) {
    const int from = bar * bar_steps;
    ones += plays(kick, from) ? 1 : 0;
    middles += plays(kick, from + bar_steps / 2) ? 1 : 0;
    for (int beat = 1; beat * kBeat < bar_steps; beat += bar_steps == 48 ? 2 : 1) {
      ++backbeats_all;
      backbeats += plays(snare, from + beat * kBeat) ? 1 : 0;
    }
  }
  sheet.add("bars with a bass drum on one", ones / rolls::kBars);
  sheet.add("bars with a bass drum in the middle", middles / rolls::kBars);
  sheet.add("back beats with a snare", share_of(backbeats, backbeats_all));
  sheet.add("a crash on the first beat", plays(crash, 0) ? 1 : 0);
}

}  // namespace

void add_drumming(const Roll& roll, Sheet& sheet) {
  sheet.begin("drums");
  const auto notes = roll.of(Player::drums);
  std::array<double, kDrums> counts{};
  std::array<double, 4> places{};
  std::array<Bar, rolls::kBars> bars;
  std::array<Bar, rolls::kBars> kicks;
  std::array<Bar, rolls::kBars> snares;
  std::set<int> keys;
  std::vector<double> time_gaps;
  int last_time = -1;
  double toms_at_end = 0;
  for (const RollNote& note : notes) {
    const Drum drum = drum_of(note.key);
    ++counts[drum];
    keys.insert(note.key);
    const int inside = note.onset % kBeat;
    ++places[inside == 0 ? 0U : inside == 6 ? 1U : inside % 3 == 0 ? 2U : 3U];
    const auto bar = static_cast<std::size_t>(note.onset / roll.bar_steps());
    if (bar >= bars.size()) continue;
    const int place = note.onset % roll.bar_steps();
    bars[bar].emplace(place, note.key);
    if (drum == kick) kicks[bar].emplace(place, 0);
    if (drum == snare) snares[bar].emplace(place, 0);
    if (drum == tom && bar + 1 == bars.size()) ++toms_at_end;
    if (drum != hat && drum != ride) continue;
    if (last_time >= 0) time_gaps.push_back(static_cast<double>(note.onset - last_time) / kBeat);
    last_time = note.onset;
  }
  const auto all = static_cast<double>(notes.size());
  constexpr std::array<std::string_view, kDrums> kNames = {
      "strokes of the bass drum", "strokes of the snare", "strokes of the hi-hat",
      "strokes of the ride",      "strokes of crashes",   "strokes of toms",
      "strokes of other drums"};
  for (std::size_t i = 0; i < kNames.size(); ++i)
    sheet.add(kNames[i], share_of(counts[i], all));
  std::vector<double> a_bar;
  for (const Bar& bar : bars)
    a_bar.push_back(static_cast<double>(bar.size()));
  sheet.add("strokes a beat", all * kBeat / roll.steps());
  sheet.add("bars in which nothing is struck",
            static_cast<double>(std::ranges::count(a_bar, 0.0)) / rolls::kBars);
  sheet.add("spread of strokes a bar", deviation_of(a_bar));
  sheet.add("strokes of the last bar, of all", share_of(a_bar.back(), all));
  sheet.add("toms in the last bar, of its strokes", share_of(toms_at_end, a_bar.back()));
  sheet.add("strokes on beats", share_of(places[0], all));
  sheet.add("strokes on eighths between", share_of(places[1], all));
  sheet.add("strokes on sixteenths between", share_of(places[2], all));
  sheet.add("strokes on triplets and elsewhere", share_of(places[3], all));
  sheet.add("different drums", static_cast<double>(keys.size()));
  sheet.add("mean time between strokes of hi-hat or ride, beats", mean_of(time_gaps));
  sheet.add("spread of the time between them, beats", deviation_of(time_gaps));
  sheet.add("bars as the one before", as_before(bars, 1));
  sheet.add("bars as two before", as_before(bars, 2));
  sheet.add("bars with the bass drum of the one before", as_before(kicks, 1));
  sheet.add("bars with the snare of the one before", as_before(snares, 1));
  add_pattern(roll, sheet);
}

}  // namespace cantus::judge
