// How phrases of two, four and eight bars begin, arch and end, and how the whole does.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "neural/judge/lead_features.h"

namespace cantus::judge {
namespace {

struct Stretch {
  std::size_t first = 0;
  std::size_t end = 0;  ///< tones
  int until = 0;        ///< step
};

std::vector<Stretch> stretches_of(const LeadLine& line, int bars) {
  const auto bounds = bar_bounds(line);
  std::vector<Stretch> out;
  for (int bar = 0; bar + bars <= line.bars; bar += bars) {
    const auto from = static_cast<std::size_t>(bar);
    const auto to = static_cast<std::size_t>(bar + bars);
    if (bounds[to] > bounds[from])
      out.push_back({bounds[from], bounds[to], (bar + bars) * line.bar_steps});
  }
  return out;
}

bool of_tonic_chord(const Tone& tone, bool minor) {
  return tone.degree == 0 || tone.degree == 7 || tone.degree == (minor ? 3 : 4);
}

/// The names of the same figures for phrases of so many bars.
struct EndNames {
  int bars;
  std::string_view length, breath, tonic, stable, falls, place;
};

void add_ends(const LeadLine& line, const EndNames& names, Sheet& sheet) {
  std::vector<double> lengths;
  std::vector<double> places;
  double breaths = 0;
  double tonics = 0;
  double stable = 0;
  double falls = 0;
  const auto stretches = stretches_of(line, names.bars);
  for (const Stretch& s : stretches) {
    const Tone& last = line.tones[s.end - 1];
    const int next = s.end < line.tones.size() ? line.tones[s.end].onset : s.until;
    lengths.push_back(share_of(next - last.onset, line.pulse_steps));
    places.push_back(share_of(last.place, line.bar_steps));
    breaths += next - last.end() >= 6 ? 1 : 0;
    tonics += last.degree == 0 ? 1 : 0;
    stable += of_tonic_chord(last, line.minor) ? 1 : 0;
    falls += s.end - s.first > 1 && line.tones[s.end - 2].key > last.key ? 1 : 0;
  }
  const auto count = static_cast<double>(stretches.size());
  sheet.add(names.length, mean_of(lengths));
  sheet.add(names.breath, share_of(breaths, count));
  sheet.add(names.tonic, share_of(tonics, count));
  sheet.add(names.stable, share_of(stable, count));
  sheet.add(names.falls, share_of(falls, count));
  sheet.add(names.place, mean_of(places));
}

void add_contour(const LeadLine& line, Sheet& sheet) {
  std::vector<double> means;
  std::vector<double> ranges;
  std::vector<double> slopes;
  std::vector<double> arches;
  for (const Stretch& s : stretches_of(line, 4)) {
    std::array<std::vector<double>, 3> thirds;
    double low = 127;
    double high = 0;
    std::vector<double> keys;
    for (std::size_t i = s.first; i < s.end; ++i) {
      const double key = line.tones[i].key;
      const int inside = line.tones[i].onset - (s.until - 4 * line.bar_steps);
      thirds[static_cast<std::size_t>(std::clamp(inside * 3 / (4 * line.bar_steps), 0, 2))]
          .push_back(key);
      keys.push_back(key);
      low = std::min(low, key);
      high = std::max(high, key);
    }
    means.push_back(mean_of(keys));
    ranges.push_back(high - low);
    if (std::ranges::any_of(thirds, [](const auto& t) { return t.empty(); })) continue;
    slopes.push_back(mean_of(thirds[2]) - mean_of(thirds[0]));
    arches.push_back(mean_of(thirds[1]) - 0.5 * (mean_of(thirds[0]) + mean_of(thirds[2])));
  }
  sheet.add("range of four bars, semitones", mean_of(ranges));
  sheet.add("spread of the ranges of four bars", deviation_of(ranges));
  sheet.add("spread of the mean heights of four bars", deviation_of(means));
  sheet.add("rise over four bars, semitones", mean_of(slopes));
  sheet.add("spread of the rise over four bars", deviation_of(slopes));
  sheet.add("arch of four bars, middle above the ends", mean_of(arches));
  sheet.add("spread of the arches of four bars", deviation_of(arches));
}

/// Two-bar stretches: question and answer in rhythm and density.
void add_balance(const LeadLine& line, Sheet& sheet) {
  const auto bounds = bar_bounds(line);
  const auto notes = [&](int bar) {
    return static_cast<double>(bounds[static_cast<std::size_t>(bar + 1)] -
                               bounds[static_cast<std::size_t>(bar)]);
  };
  std::array<double, 4> in_phrase{};
  double phrases = 0;
  for (int bar = 0; bar + 4 <= line.bars; bar += 4, ++phrases) {
    for (int i = 0; i < 4; ++i)
      in_phrase[static_cast<std::size_t>(i)] += notes(bar + i);
  }
  const double all = in_phrase[0] + in_phrase[1] + in_phrase[2] + in_phrase[3];
  sheet.add("notes in the first of four bars", share_of(in_phrase[0], all));
  sheet.add("notes in the second of four bars", share_of(in_phrase[1], all));
  sheet.add("notes in the third of four bars", share_of(in_phrase[2], all));
  sheet.add("notes in the fourth of four bars", share_of(in_phrase[3], all));
}

}  // namespace

void add_phrases(const LeadLine& line, Sheet& sheet) {
  sheet.begin("phrases");
  add_ends(line,
           {2, "last notes of two bars, pulses to the next", "two bars that end in a rest",
            "two bars that end on the tonic", "two bars that end on the tonic chord",
            "two bars that end falling", "place of the last note of two bars"},
           sheet);
  add_ends(line,
           {4, "last notes of four bars, pulses to the next", "four bars that end in a rest",
            "four bars that end on the tonic", "four bars that end on the tonic chord",
            "four bars that end falling", "place of the last note of four bars"},
           sheet);
  add_ends(line,
           {8, "last notes of eight bars, pulses to the next", "eight bars that end in a rest",
            "eight bars that end on the tonic", "eight bars that end on the tonic chord",
            "eight bars that end falling", "place of the last note of eight bars"},
           sheet);
  add_contour(line, sheet);
  add_balance(line, sheet);
  const Tone none;
  const Tone& first = line.tones.empty() ? none : line.tones.front();
  const Tone& last = line.tones.empty() ? none : line.tones.back();
  sheet.add("starts on the tonic", first.degree == 0 ? 1 : 0);
  sheet.add("starts on the fifth", first.degree == 7 ? 1 : 0);
  sheet.add("pulses before the first note", share_of(first.onset, line.pulse_steps));
  sheet.add("ends on the tonic", last.degree == 0 ? 1 : 0);
  sheet.add("last note, pulses", share_of(last.length, line.pulse_steps));
  sheet.add("place of the last note of all", share_of(last.place, line.bar_steps));
  sheet.add("last note is below the mean", [&] {
    std::vector<double> keys;
    for (const Tone& tone : line.tones)
      keys.push_back(tone.key);
    return mean_of(keys) - last.key;
  }());
}

}  // namespace cantus::judge
