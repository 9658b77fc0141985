#include "neural/train/band/table.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace cantus::train_band {

std::vector<Measure> table_of(std::span<const rolls::Roll> phrases) {
  std::vector<Measure> table;
  for (const rolls::Player player : rolls::kAllPlayers) {
    double bars = 0, empty = 0, notes = 0, qualified = 0, classes = 0, strokes = 0, on_grid = 0;
    for (const rolls::Roll& roll : phrases) {
      for (int bar = 0; bar < rolls::kBars; ++bar) {
        const int from = bar * roll.bar_steps();
        std::set<int> used;
        std::set<int> onsets;
        int here = 0;
        for (const rolls::RollNote& note : roll.of(player)) {
          if (note.onset < from || note.onset >= from + roll.bar_steps()) continue;
          ++here;
          used.insert(note.key % 12);
          onsets.insert(note.onset);
          qualified += note.length >= 2;
          on_grid += note.onset % 6 == 0;
        }
        bars += 1;
        empty += here == 0;
        notes += here;
        strokes += static_cast<double>(onsets.size());
        if (here > 0) classes += static_cast<double>(used.size());
      }
    }
    const std::string name(rolls::to_text(player));
    const double full = std::max(1.0, bars - empty);
    table.push_back({"EB " + name, empty / std::max(1.0, bars)});
    table.push_back({"notes " + name, notes / full});
    table.push_back({"strokes " + name, strokes / full});
    table.push_back({"DP " + name, on_grid / std::max(1.0, notes)});
    if (player == rolls::Player::drums) continue;
    table.push_back({"UPC " + name, classes / full});
    table.push_back({"QN " + name, qualified / std::max(1.0, notes)});
  }
  return table;
}

double distance(std::span<const Measure> a, std::span<const Measure> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += std::abs(a[i].value - b[i].value) / std::max(1e-6, b[i].value);
  return a.empty() ? 0.0 : sum / static_cast<double>(a.size());
}

nlohmann::ordered_json table_json(std::span<const Measure> table) {
  nlohmann::ordered_json json;
  for (const Measure& measure : table)
    json[measure.name] = std::round(measure.value * 1e4) / 1e4;
  return json;
}

}  // namespace cantus::train_band
