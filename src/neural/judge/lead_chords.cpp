// Which chords there are, when they change and what follows what.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "neural/judge/lead_features.h"
#include "neural/judge/successions.h"

namespace cantus::judge {
namespace {

using score::Quality;

enum class Kind { major, minor, dominant, other_seventh, diminished, other };

Kind kind_of(Quality quality) {
  switch (quality) {
    case Quality::major:
      return Kind::major;
    case Quality::minor:
      return Kind::minor;
    case Quality::dominant_seventh:
    case Quality::dominant_ninth:
    case Quality::dominant_flat_ninth:
    case Quality::dominant_eleventh:
    case Quality::dominant_thirteenth:
    case Quality::augmented_seventh:
      return Kind::dominant;
    case Quality::major_seventh:
    case Quality::minor_seventh:
    case Quality::minor_major_seventh:
    case Quality::half_diminished:
    case Quality::major_ninth:
    case Quality::minor_ninth:
      return Kind::other_seventh;
    case Quality::diminished:
    case Quality::diminished_seventh:
      return Kind::diminished;
    default:
      return Kind::other;
  }
}

void add_kinds(const LeadLine& line, Sheet& sheet) {
  constexpr std::array<std::string_view, 12> kRoots = {
      "time on I",   "time on bII", "time on II",  "time on bIII", "time on III",  "time on IV",
      "time on #IV", "time on V",   "time on bVI", "time on VI",   "time on bVII", "time on VII"};
  constexpr std::array<std::string_view, 6> kKinds = {
      "time on major triads",   "time on minor triads",      "time on dominant sevenths",
      "time on other sevenths", "time on diminished chords", "time on other chords"};
  std::vector<double> roots(12, 0.0);
  std::vector<double> kinds(6, 0.0);
  std::map<std::pair<int, Quality>, double> counts;
  double all = 0;
  double slash = 0;
  double sevenths = 0;
  for (const Harmony& h : line.chords) {
    roots[static_cast<std::size_t>(h.root)] += h.length;
    kinds[static_cast<std::size_t>(kind_of(h.quality))] += h.length;
    counts[{h.root, h.quality}] += 1;
    slash += h.slash ? h.length : 0;
    sevenths += h.root == 7 && kind_of(h.quality) == Kind::dominant ? h.length : 0;
    all += h.length;
  }
  for (std::size_t i = 0; i < roots.size(); ++i)
    sheet.add(kRoots[i], share_of(roots[i], all));
  for (std::size_t i = 0; i < kinds.size(); ++i)
    sheet.add(kKinds[i], share_of(kinds[i], all));
  std::vector<double> times;
  for (const auto& [chord, count] : counts)
    times.push_back(count);
  sheet.add("time on chords over another bass", share_of(slash, all));
  sheet.add("time on V that is a dominant seventh", share_of(sevenths, roots[7]));
  sheet.add("time without a chord", line.steps() > 0 ? 1.0 - share_of(all, line.steps()) : 0.0);
  sheet.add("different chords", static_cast<double>(counts.size()));
  sheet.add("variety of chords, bits", entropy_of(times));
  sheet.add("variety of roots, bits", entropy_of(roots));
}

void add_rhythm_of_chords(const LeadLine& line, Sheet& sheet) {
  std::vector<double> a_bar(static_cast<std::size_t>(std::max(line.bars, 0)), 0.0);
  double on_bar = 0;
  double on_half = 0;
  double off_pulse = 0;
  double longest = 0;
  std::vector<double> lengths;
  for (const Harmony& h : line.chords) {
    const int place = h.onset % line.bar_steps;
    const auto bar = static_cast<std::size_t>(h.onset / line.bar_steps);
    if (bar < a_bar.size()) ++a_bar[bar];
    on_bar += place == 0 ? 1 : 0;
    on_half += place != 0 && 2 * place == line.bar_steps ? 1 : 0;
    off_pulse += place % line.pulse_steps != 0 ? 1 : 0;
    lengths.push_back(share_of(h.length, line.bar_steps));
    longest = std::max(longest, lengths.back());
  }
  const auto count = static_cast<double>(line.chords.size());
  const auto share = [&](auto wanted) {
    return share_of(static_cast<double>(std::ranges::count_if(a_bar, wanted)), line.bars);
  };
  sheet.add("chords a bar", share_of(count, line.bars));
  sheet.add("spread of chords a bar", deviation_of(a_bar));
  sheet.add("bars without a change", share([](double n) { return n == 0; }));
  sheet.add("bars with one change", share([](double n) { return n == 1; }));
  sheet.add("bars with two changes", share([](double n) { return n == 2; }));
  sheet.add("bars with three changes or more", share([](double n) { return n > 2; }));
  sheet.add("changes on the bar line", share_of(on_bar, count));
  sheet.add("changes in the middle of the bar", share_of(on_half, count));
  sheet.add("changes off the pulse", share_of(off_pulse, count));
  sheet.add("longest chord, bars", longest);
  sheet.add("spread of chord lengths, bars", deviation_of(lengths));
}

void add_progressions(const LeadLine& line, Sheet& sheet) {
  constexpr std::array<std::string_view, 7> kMotions = {"roots that stay",
                                                        "roots down a fifth",
                                                        "roots up a fifth",
                                                        "roots up a step",
                                                        "roots down a step",
                                                        "roots by a third down",
                                                        "roots by a third up or a tritone"};
  constexpr std::array<int, 12> kMotionOf = {0, 3, 3, 6, 6, 1, 6, 2, 5, 5, 4, 4};
  std::array<double, 7> motions{};
  double back = 0;
  double home_by_fifth = 0;
  double plagal = 0;
  double home = 0;
  Successions successions;
  for (std::size_t i = 1; i < line.chords.size(); ++i) {
    const int a = line.chords[i - 1].root;
    const int b = line.chords[i].root;
    ++motions[static_cast<std::size_t>(kMotionOf[static_cast<std::size_t>((b - a + 12) % 12)])];
    successions.count(a, b);
    if (i > 1) back += line.chords[i].same_chord(line.chords[i - 2]) ? 1 : 0;
    if (b != 0 || a == 0) continue;
    ++home;
    home_by_fifth += a == 7 ? 1 : 0;
    plagal += a == 5 ? 1 : 0;
  }
  const double count = line.chords.empty() ? 0.0 : static_cast<double>(line.chords.size() - 1);
  for (std::size_t i = 0; i < motions.size(); ++i)
    sheet.add(kMotions[i], share_of(motions[i], count));
  sheet.add("chords that go back to the one before last", share_of(back, count));
  sheet.add("ways home that come from V", share_of(home_by_fifth, home));
  sheet.add("ways home that come from IV", share_of(plagal, home));
  sheet.add("variety of the root after a root, bits", successions.bits_of_next());
}

void add_returns_of_chords(const LeadLine& line, Sheet& sheet) {
  std::vector<std::vector<std::array<int, 3>>> bars(static_cast<std::size_t>(line.bars));
  for (int bar = 0; bar < line.bars; ++bar) {
    auto& words = bars[static_cast<std::size_t>(bar)];
    for (int place = 0; place < line.bar_steps; place += line.pulse_steps) {
      const Harmony* h = line.chord_at(bar * line.bar_steps + place);
      words.push_back(
          h == nullptr ? std::array<int, 3>{place, -1, 0}
                       : std::array<int, 3>{place, h->root, static_cast<int>(kind_of(h->quality))});
    }
  }
  constexpr std::array<std::pair<std::size_t, std::string_view>, 4> kBefore = {
      {{1, "bars of the chords of the one before"},
       {2, "bars of the chords of two before"},
       {4, "bars of the chords of four before"},
       {8, "bars of the chords of eight before"}}};
  for (const auto& [by, name] : kBefore) {
    double same = 0;
    for (std::size_t i = by; i < bars.size(); ++i)
      same += bars[i] == bars[i - by] ? 1 : 0;
    sheet.add(name, share_of(same, static_cast<double>(bars.size()) - static_cast<double>(by)));
  }
  auto kinds = bars;
  std::ranges::sort(kinds);
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  sheet.add("different bars of chords, of all",
            share_of(static_cast<double>(kinds.size()), static_cast<double>(bars.size())));
}

/// The chords where phrases of four and eight bars end and begin.
void add_cadences(const LeadLine& line, Sheet& sheet) {
  double four = 0;
  double fours_home = 0;
  double fours_dominant = 0;
  double starts_home = 0;
  double eights_home = 0;
  double eight = 0;
  for (int bar = 4; bar <= line.bars; bar += 4) {
    const Harmony* last = line.chord_at(bar * line.bar_steps - 1);
    const Harmony* first = line.chord_at((bar - 4) * line.bar_steps);
    ++four;
    fours_home += last != nullptr && last->root == 0 ? 1 : 0;
    fours_dominant += last != nullptr && last->root == 7 ? 1 : 0;
    starts_home += first != nullptr && first->root == 0 ? 1 : 0;
    if (bar % 8 != 0) continue;
    ++eight;
    eights_home += last != nullptr && last->root == 0 ? 1 : 0;
  }
  sheet.add("four bars that begin on I", share_of(starts_home, four));
  sheet.add("four bars that end on I", share_of(fours_home, four));
  sheet.add("four bars that end on V", share_of(fours_dominant, four));
  sheet.add("eight bars that end on I", share_of(eights_home, eight));
  const bool any = !line.chords.empty();
  sheet.add("the first chord is I", any && line.chords.front().root == 0 ? 1 : 0);
  sheet.add("the last chord is I", any && line.chords.back().root == 0 ? 1 : 0);
  sheet.add("the last chord, bars",
            any ? share_of(line.chords.back().length, line.bar_steps) : 0.0);
}

}  // namespace

void add_chords(const LeadLine& line, Sheet& sheet) {
  sheet.begin("chords");
  add_kinds(line, sheet);
  add_rhythm_of_chords(line, sheet);
  add_progressions(line, sheet);
  add_returns_of_chords(line, sheet);
  add_cadences(line, sheet);
}

}  // namespace cantus::judge
