// Where the melody stands in its key and its range.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>

#include "neural/judge/lead_features.h"

namespace cantus::judge {
namespace {

constexpr std::array<std::string_view, 12> kDegrees = {
    "time on the tonic",         "time on the flat second",  "time on the second",
    "time on the minor third",   "time on the major third",  "time on the fourth",
    "time on the raised fourth", "time on the fifth",        "time on the flat sixth",
    "time on the sixth",         "time on the flat seventh", "time on the leading note"};

bool in_scale(int degree, bool minor) {
  constexpr std::array<int, 12> kMajor = {1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1};
  constexpr std::array<int, 12> kMinor = {1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1};
  return (minor ? kMinor : kMajor)[static_cast<std::size_t>(degree)] != 0;
}

void add_degrees(const LeadLine& line, Sheet& sheet) {
  std::vector<double> time(12, 0.0);
  double all = 0;
  double foreign = 0;
  double leading = 0;
  double resolved = 0;
  for (std::size_t i = 0; i < line.tones.size(); ++i) {
    const Tone& tone = line.tones[i];
    time[static_cast<std::size_t>(tone.degree)] += tone.length;
    all += tone.length;
    foreign += in_scale(tone.degree, line.minor) ? 0 : 1;
    if (tone.degree != 11 || i + 1 == line.tones.size()) continue;
    ++leading;
    resolved += line.tones[i + 1].key == tone.key + 1 ? 1 : 0;
  }
  for (std::size_t degree = 0; degree < 12; ++degree)
    sheet.add(kDegrees[degree], share_of(time[degree], all));
  sheet.add("notes outside the scale", share_of(foreign, static_cast<double>(line.tones.size())));
  sheet.add("leading notes that rise to the tonic", share_of(resolved, leading));
  sheet.add("variety of degrees, bits", entropy_of(time));
}

void add_range(const LeadLine& line, Sheet& sheet) {
  std::vector<double> keys;
  std::map<int, double> counts;
  for (const Tone& tone : line.tones) {
    keys.push_back(tone.key);
    ++counts[tone.key];
  }
  const double low = keys.empty() ? 0 : std::ranges::min(keys);
  const double high = keys.empty() ? 0 : std::ranges::max(keys);
  double first_top = 0;
  std::vector<double> times;
  for (const auto& [key, count] : counts)
    times.push_back(count);
  for (const Tone& tone : line.tones) {
    if (tone.key != static_cast<int>(high)) continue;
    first_top = share_of(tone.onset, line.steps());
    break;
  }
  sheet.add("range, semitones", high - low);
  sheet.add("different notes", static_cast<double>(counts.size()));
  sheet.add("spread of height, semitones", deviation_of(keys));
  sheet.add("mean height in the range", share_of(mean_of(keys) - low, high - low));
  sheet.add("variety of notes, bits", entropy_of(times));
  sheet.add("share of notes that are the highest",
            times.empty() ? 0 : share_of(times.back(), static_cast<double>(keys.size())));
  sheet.add("when the highest note first comes", first_top);
}

}  // namespace

void add_pitches(const LeadLine& line, Sheet& sheet) {
  sheet.begin("pitches");
  add_degrees(line, sheet);
  add_range(line, sheet);
}

}  // namespace cantus::judge
