// What of the melody comes again, how soon and how exactly.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "music/theory/repetition.h"
#include "neural/judge/lead_features.h"

namespace cantus::judge {
namespace {

/// The share of bars that are as the bar so many before.
double as_before(const std::vector<std::int64_t>& bars, std::size_t by) {
  double same = 0;
  double all = 0;
  for (std::size_t i = by; i < bars.size(); ++i) {
    if (bars[i] < 0) continue;
    ++all;
    same += bars[i] == bars[i - by] ? 1 : 0;
  }
  return share_of(same, all);
}

double different(const std::vector<std::int64_t>& bars) {
  std::map<std::int64_t, int> counts;
  for (const std::int64_t bar : bars)
    ++counts[bar];
  return share_of(static_cast<double>(counts.size()), static_cast<double>(bars.size()));
}

double commonest(const std::vector<std::int64_t>& bars) {
  std::map<std::int64_t, int> counts;
  int most = 0;
  for (const std::int64_t bar : bars)
    if (bar >= 0) most = std::max(most, ++counts[bar]);
  return share_of(most, static_cast<double>(bars.size()));
}

/// Up, down or level from note to note of each bar.
std::vector<std::int64_t> bar_shapes(const LeadLine& line) {
  const auto bounds = bar_bounds(line);
  std::vector<std::int64_t> shapes;
  for (std::size_t bar = 0; bar + 1 < bounds.size(); ++bar) {
    std::int64_t shape = bounds[bar + 1] > bounds[bar] ? 1 : -1;
    for (std::size_t i = bounds[bar] + 1; i < bounds[bar + 1]; ++i) {
      const int by = line.tones[i].key - line.tones[i - 1].key;
      if (shape < (std::int64_t{1} << 60)) shape = 3 * shape + (by > 0) - (by < 0) + 1;
    }
    shapes.push_back(shape);
  }
  return shapes;
}

/// Bars that are a step or third from the bar before, in the same rhythm and shape.
double sequences(const LeadLine& line,
                 const std::vector<std::int64_t>& rhythms,
                 const std::vector<std::int64_t>& tunes) {
  const auto shapes = bar_shapes(line);
  double found = 0;
  double all = 0;
  for (std::size_t i = 1; i < rhythms.size(); ++i) {
    if (rhythms[i] < 0 || shapes[i] < 3) continue;
    ++all;
    const bool alike = rhythms[i] == rhythms[i - 1] && shapes[i] == shapes[i - 1];
    found += alike && tunes[i] != tunes[i - 1] ? 1 : 0;
  }
  return share_of(found, all);
}

/// The share of bars (from the ninth on) inside a run of so many bars that was heard before.
double in_returns(const std::vector<std::int64_t>& bars, std::size_t run) {
  std::map<std::vector<std::int64_t>, std::size_t> heard;
  std::vector<bool> again(bars.size(), false);
  for (std::size_t i = 0; i + run <= bars.size(); ++i) {
    const std::vector<std::int64_t> here(bars.begin() + static_cast<std::ptrdiff_t>(i),
                                         bars.begin() + static_cast<std::ptrdiff_t>(i + run));
    const auto [first, is_new] = heard.emplace(here, i);
    if (is_new || first->second + run > i) continue;
    for (std::size_t n = i; n < i + run; ++n)
      again[n] = true;
  }
  return share_of(static_cast<double>(std::ranges::count(again, true)),
                  static_cast<double>(bars.size()));
}

}  // namespace

void add_returns(const LeadLine& line, Sheet& sheet) {
  sheet.begin("returns");
  const auto rhythms = bar_rhythms(line);
  const auto tunes = bar_tunes(line);
  sheet.add("bars as the one before", as_before(tunes, 1));
  sheet.add("bars as two before", as_before(tunes, 2));
  sheet.add("bars as four before", as_before(tunes, 4));
  sheet.add("bars as eight before", as_before(tunes, 8));
  sheet.add("bars as sixteen before", as_before(tunes, 16));
  sheet.add("bars in the rhythm of the one before", as_before(rhythms, 1));
  sheet.add("bars in the rhythm of two before", as_before(rhythms, 2));
  sheet.add("bars in the rhythm of four before", as_before(rhythms, 4));
  sheet.add("bars in the rhythm of eight before", as_before(rhythms, 8));
  sheet.add("different bars, of all", different(tunes));
  sheet.add("different rhythms of bars, of all", different(rhythms));
  sheet.add("bars in the commonest rhythm", commonest(rhythms));
  sheet.add("bars that are the one before moved", sequences(line, rhythms, tunes));
  sheet.add("bars of two that come again", in_returns(tunes, 2));
  sheet.add("bars of four that come again", in_returns(tunes, 4));
  sheet.add("bars of eight that come again", in_returns(tunes, 8));
  const theory::Repetition r = theory::repetition_of(line.piece);
  sheet.add("structureness, 1.5 to 3 bars", r.by_bars.short_term.value_or(0));
  sheet.add("structureness, 3 to 6 bars", r.by_bars.middle_term.value_or(0));
  sheet.add("structureness, 6 bars on", r.by_bars.long_term.value_or(0));
  sheet.add("compression of the melody", r.compression.value_or(0));
  sheet.add("bars heard before, transposed or not", r.bars_returning.value_or(0));
}

}  // namespace cantus::judge
