#include "neural/train/band_critic/evaluation.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/random.h"

namespace cantus::band_critic {
namespace {

constexpr std::uint64_t kSeed = 1;  // of faults and resamplings

/// Share of pairs in order, each phrase as often as its piece was drawn.
struct Ranked {
  double score;
  bool person;
  std::size_t piece;
};

double weighted_area(const std::vector<Ranked>& sorted, const std::vector<int>& times) {
  double below = 0.0;  // others with lower scores
  double others = 0.0;
  double people = 0.0;
  double pairs = 0.0;
  for (std::size_t i = 0; i < sorted.size();) {
    double here = 0.0;
    double people_here = 0.0;
    std::size_t j = i;
    for (; j < sorted.size() && sorted[j].score == sorted[i].score; ++j)
      (sorted[j].person ? people_here : here) += times[sorted[j].piece];
    pairs += people_here * (below + 0.5 * here);
    below += here;
    others += here;
    people += people_here;
    i = j;
  }
  return people > 0.0 && others > 0.0 ? pairs / (people * others) : 0.5;
}

struct Heard {
  Opinion opinion;
  std::uint32_t group;
};

std::vector<Scored> column(const std::vector<Heard>& heard, Aspect aspect) {
  std::vector<Scored> out;
  for (const Heard& one : heard)
    out.push_back({static_cast<double>(one.opinion[static_cast<std::size_t>(aspect)]), one.group});
  return out;
}

}  // namespace

Area area_of(std::span<const Scored> people, std::span<const Scored> others, int resamplings) {
  Area out{people.size(), others.size()};
  if (people.empty() || others.empty()) return out;
  std::map<std::uint32_t, std::size_t> pieces;
  std::vector<Ranked> sorted;
  for (const auto& side : {people, others}) {
    for (const Scored& one : side) {
      const auto piece = pieces.try_emplace(one.group, pieces.size()).first->second;
      sorted.push_back({one.score, side.data() == people.data(), piece});
    }
  }
  std::ranges::sort(sorted, {}, &Ranked::score);
  std::vector<int> times(pieces.size(), 1);
  out.area = out.low = out.high = weighted_area(sorted, times);
  if (resamplings < 40) return out;
  Random random(kSeed);
  std::vector<double> drawn;
  for (int i = 0; i < resamplings; ++i) {
    std::ranges::fill(times, 0);
    for (std::size_t k = 0; k < times.size(); ++k)
      ++times[random.below(times.size())];
    drawn.push_back(weighted_area(sorted, times));
  }
  std::ranges::sort(drawn);
  const auto tail = static_cast<std::size_t>(resamplings / 40);
  out.low = drawn[tail];
  out.high = drawn[drawn.size() - 1 - tail];
  return out;
}

std::vector<AreaRow> evaluate(const Network& network,
                              std::span<const Example> examples,
                              rolls::Split split,
                              int resamplings) {
  std::array<std::vector<Heard>, kMakers> heard;
  std::vector<const rolls::Roll*> people;
  for (const Example& example : examples) {
    if (example.split != split) continue;
    heard[static_cast<std::size_t>(example.maker)].push_back(
        {network.opinions(marked(example.roll)).phrase, example.group});
    if (example.maker == Maker::people) people.push_back(&example.roll);
  }
  const std::vector<Heard>& own = heard[0];
  std::vector<AreaRow> rows;
  for (std::size_t m = 1; m < kMakers; ++m) {
    if (heard[m].empty()) continue;
    rows.push_back(
        {std::string(kMakerNames[m]), "overall",
         area_of(column(own, Aspect::overall), column(heard[m], Aspect::overall), resamplings)});
  }
  for (std::size_t f = 0; f < kFaults; ++f) {
    const auto fault = static_cast<Fault>(f);
    std::vector<Heard> good;
    std::vector<Heard> bad;
    for (std::size_t i = 0; i < people.size(); ++i) {
      const Random random = Random(kSeed).fork(kFaultNames[f]).fork(std::to_string(i));
      const auto made = spoil(*people[i], fault, people, random);
      if (!made) continue;
      good.push_back(own[i]);
      bad.push_back({network.opinions(marked(made->roll)).phrase, own[i].group});
    }
    for (const Aspect by : {Aspect::overall, aspect_of(fault)}) {
      rows.push_back({std::string(kFaultNames[f]),
                      std::string(kAspectNames[static_cast<std::size_t>(by)]),
                      area_of(column(good, by), column(bad, by), resamplings)});
    }
  }
  return rows;
}

double figure_of_merit(std::span<const AreaRow> rows) {
  std::array<double, 2> sums{};
  std::array<int, 2> counts{};
  for (const AreaRow& row : rows) {
    const auto maker = std::ranges::find(kMakerNames, row.against);
    const bool made = maker != kMakerNames.end();
    if (made ? static_cast<Maker>(maker - kMakerNames.begin()) == Maker::sequence
             : row.by == "overall")
      continue;
    sums[made ? 0 : 1] += row.area.area;
    ++counts[made ? 0 : 1];
  }
  if (counts[0] == 0 || counts[1] == 0) return 0.0;
  return 0.5 * (sums[0] / counts[0] + sums[1] / counts[1]);
}

}  // namespace cantus::band_critic
