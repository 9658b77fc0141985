// Each pitched player for itself.
// SPDX-License-Identifier: Apache-2.0
#include "neural/judge/roll_features.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>

namespace cantus::judge {
namespace {

using rolls::Player;
using rolls::Roll;
using rolls::RollNote;

constexpr int kBeat = rolls::kStepsPerBeat;
using Bar = std::vector<std::pair<int, int>>;  // place and key

std::array<Bar, rolls::kBars> bars_of(std::span<const RollNote> notes, int bar_steps) {
  std::array<Bar, rolls::kBars> bars;
  for (const RollNote& note : notes) {
    const auto bar = static_cast<std::size_t>(note.onset / bar_steps);
    if (bar < bars.size()) bars[bar].emplace_back(note.onset % bar_steps, note.key);
  }
  return bars;
}

Bar rhythm_of(const Bar& bar) {
  Bar out;
  for (const auto& [place, key] : bar) {
    if (out.empty() || out.back().first != place) out.emplace_back(place, 0);
  }
  return out;
}

/// The share of bars that play and are as the one so many before.
double as_before(const std::array<Bar, rolls::kBars>& bars, std::size_t by, bool rhythm) {
  double same = 0;
  double all = 0;
  for (std::size_t i = by; i < bars.size(); ++i) {
    if (bars[i].empty()) continue;
    ++all;
    same += rhythm ? rhythm_of(bars[i]) == rhythm_of(bars[i - by]) : bars[i] == bars[i - by];
  }
  return share_of(same, all);
}

void add_places(const Roll& roll, Player player, Sheet& sheet) {
  const auto strikes = strikes_of(roll, player);
  std::array<double, 4> kinds{};  // beat, eighth, sixteenth, other
  std::map<int, double> places;
  double held_over = 0;
  for (const int strike : strikes) {
    const int inside = strike % kBeat;
    ++kinds[inside == 0 ? 0U : inside == 6 ? 1U : inside % 3 == 0 ? 2U : 3U];
    ++places[strike % roll.bar_steps()];
  }
  for (const RollNote& note : roll.of(player)) {
    const int inside = note.onset % kBeat;
    held_over += inside != 0 && inside + note.length > kBeat ? 1 : 0;
  }
  std::vector<double> counts;
  for (const auto& [place, times] : places)
    counts.push_back(times);
  const auto all = static_cast<double>(strikes.size());
  sheet.add("strikes on beats", share_of(kinds[0], all));
  sheet.add("strikes on eighths between", share_of(kinds[1], all));
  sheet.add("strikes on sixteenths between", share_of(kinds[2], all));
  sheet.add("strikes on triplets and elsewhere", share_of(kinds[3], all));
  sheet.add("notes held over a beat from between",
            share_of(held_over, static_cast<double>(roll.of(player).size())));
  sheet.add("variety of places, bits", entropy_of(counts));
}

/// The highest note of each strike, from one to the next.
void add_top_line(const Roll& roll, Player player, Sheet& sheet) {
  std::map<int, int> tops;
  for (const RollNote& note : roll.of(player)) {
    const auto top = tops.emplace(note.onset, note.key).first;
    top->second = std::max<int>(top->second, note.key);
  }
  double same = 0;
  double steps = 0;
  double leaps = 0;
  std::vector<double> sizes;
  const int* before = nullptr;
  for (const auto& [onset, key] : tops) {
    if (before != nullptr) {
      const int by = std::abs(key - *before);
      same += by == 0 ? 1 : 0;
      steps += by == 1 || by == 2 ? 1 : 0;
      leaps += by >= 5 ? 1 : 0;
      sizes.push_back(by);
    }
    before = &key;
  }
  const auto moves = static_cast<double>(sizes.size());
  sheet.add("moves to the same note", share_of(same, moves));
  sheet.add("moves by step", share_of(steps, moves));
  sheet.add("moves by a fourth or more", share_of(leaps, moves));
  sheet.add("mean size of a move, semitones", mean_of(sizes));
}

void add_pitches(const Roll& roll, Player player, Sheet& sheet) {
  const auto notes = roll.of(player);
  std::vector<double> keys;
  std::map<int, double> counts;
  std::array<std::bitset<12>, rolls::kBars> classes;
  std::vector<double> lengths;
  double qualified = 0;
  for (const RollNote& note : notes) {
    keys.push_back(note.key);
    ++counts[note.key];
    lengths.push_back(static_cast<double>(note.length) / kBeat);
    qualified += note.length >= 3 ? 1 : 0;
    const auto bar = static_cast<std::size_t>(note.onset / roll.bar_steps());
    if (bar < classes.size()) classes[bar].set(note.key % 12U);
  }
  std::vector<double> times;
  for (const auto& [key, count] : counts)
    times.push_back(count);
  std::vector<double> used;
  for (const auto& bar : classes)
    used.push_back(static_cast<double>(bar.count()));
  sheet.add("mean height, key number", mean_of(keys));
  sheet.add("range, semitones", keys.empty() ? 0 : std::ranges::max(keys) - std::ranges::min(keys));
  sheet.add("variety of notes, bits", entropy_of(times));
  sheet.add("pitch classes a bar", mean_of(used));
  sheet.add("mean length, beats", mean_of(lengths));
  sheet.add("spread of lengths, beats", deviation_of(lengths));
  sheet.add("notes of a sixteenth or more", share_of(qualified, static_cast<double>(notes.size())));
}

void add_density(const Roll& roll, Player player, Sheet& sheet) {
  const auto notes = roll.of(player);
  const auto bars = bars_of(notes, roll.bar_steps());
  const auto strikes = static_cast<double>(strikes_of(roll, player).size());
  std::vector<bool> sounds(static_cast<std::size_t>(roll.steps()), false);
  for (const RollNote& note : notes) {
    for (int step = note.onset; step < std::min(roll.steps(), note.onset + note.length); ++step)
      sounds[static_cast<std::size_t>(step)] = true;
  }
  std::vector<double> a_bar;
  for (const Bar& bar : bars)
    a_bar.push_back(static_cast<double>(bar.size()));
  const double beats = static_cast<double>(roll.steps()) / kBeat;
  sheet.add("bars in which nothing starts",
            static_cast<double>(std::ranges::count(a_bar, 0.0)) / rolls::kBars);
  sheet.add("strikes a beat", strikes / beats);
  sheet.add("notes together", share_of(static_cast<double>(notes.size()), strikes));
  sheet.add("time in silence",
            static_cast<double>(std::ranges::count(sounds, false)) / roll.steps());
  sheet.add("spread of notes a bar", deviation_of(a_bar));
  sheet.add("bars as the one before", as_before(bars, 1, false));
  sheet.add("bars as two before", as_before(bars, 2, false));
  sheet.add("bars in the rhythm of the one before", as_before(bars, 1, true));
  sheet.add("bars in the rhythm of two before", as_before(bars, 2, true));
}

}  // namespace

std::vector<int> strikes_of(const Roll& roll, Player player) {
  std::vector<int> strikes;
  for (const RollNote& note : roll.of(player)) {
    if (strikes.empty() || strikes.back() != note.onset) strikes.push_back(note.onset);
  }
  return strikes;
}

void add_pitched_player(const Roll& roll, Player player, Sheet& sheet) {
  sheet.begin(rolls::to_text(player));
  add_density(roll, player, sheet);
  add_places(roll, player, sheet);
  add_pitches(roll, player, sheet);
  add_top_line(roll, player, sheet);
}

Sheet roll_features(const Roll& roll) {
  Sheet sheet;
  add_drumming(roll, sheet);
  for (const Player player : {Player::bass, Player::chords, Player::pad, Player::melody})
    add_pitched_player(roll, player, sheet);
  add_together(roll, sheet);
  return sheet;
}

}  // namespace cantus::judge
