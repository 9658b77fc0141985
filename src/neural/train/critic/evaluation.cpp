#include "neural/train/critic/evaluation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/random.h"

namespace cantus::critic {
namespace {

constexpr std::uint64_t kSeed = 1;  // of faults and resamplings

/// Scores in the order of pieces.
using Scores = std::vector<Opinion>;

std::vector<double> column(const Scores& scores, Aspect aspect) {
  std::vector<double> out;
  for (const Opinion& opinion : scores)
    out.push_back(static_cast<double>(opinion[static_cast<std::size_t>(aspect)]));
  return out;
}

/// Ranks, from 0, equal ones sharing their mean, of all values together.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> out(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && values[order[j]] == values[order[i]])
      ++j;
    for (std::size_t k = i; k < j; ++k)
      out[order[k]] = 0.5 * static_cast<double>(i + j - 1);
    i = j;
  }
  return out;
}

double plain_area(std::span<const double> people, std::span<const double> others) {
  std::vector<double> all(people.begin(), people.end());
  all.insert(all.end(), others.begin(), others.end());
  const auto rank = ranks(all);
  double sum = 0.0;
  for (std::size_t i = 0; i < people.size(); ++i)
    sum += rank[i];
  const auto n = static_cast<double>(people.size());
  const auto m = static_cast<double>(others.size());
  return (sum - n * (n - 1.0) / 2.0) / (n * m);
}

std::vector<double> resampled(std::span<const double> values, Random& random) {
  std::vector<double> out(values.size());
  for (double& value : out)
    value = values[random.below(values.size())];
  return out;
}

Opinion heard(const Network& network, const Sheet& sheet) {
  return network.opinions(marked(sheet)).piece;
}

struct Side {
  std::vector<const Example*> people;
  Scores people_scores;
  Scores composed_scores;
};

}  // namespace

Aspect aspect_of(Fault fault) {
  switch (fault) {
    case Fault::wrong_notes:
    case Fault::shuffled_notes:
      return Aspect::melody;
    case Fault::other_chords:
    case Fault::moved_chords:
      return Aspect::harmony;
    case Fault::late_onsets:
    case Fault::other_lengths:
    case Fault::shifted_bars:
      return Aspect::rhythm;
    default:
      return Aspect::form;
  }
}

Area area_of(std::span<const double> people, std::span<const double> others, int resamplings) {
  Area out{people.size(), others.size()};
  if (people.empty() || others.empty()) return out;
  out.area = out.low = out.high = plain_area(people, others);
  if (resamplings < 40) return out;
  Random random(kSeed);
  std::vector<double> drawn;
  for (int i = 0; i < resamplings; ++i) {
    const auto a = resampled(people, random);
    const auto b = resampled(others, random);
    drawn.push_back(plain_area(a, b));
  }
  std::ranges::sort(drawn);
  const auto tail = static_cast<std::size_t>(resamplings / 40);
  out.low = drawn[tail];
  out.high = drawn[drawn.size() - 1 - tail];
  return out;
}

std::vector<AreaRow> evaluate(const Network& network,
                              std::span<const Example> examples,
                              corpus::Split split,
                              int resamplings) {
  std::array<Side, kKinds> sides;
  for (const Example& example : examples) {
    if (example.split != split) continue;
    Side& side = sides[static_cast<std::size_t>(example.kind)];
    const Opinion opinion = heard(network, example.sheet);
    if (example.human) side.people.push_back(&example);
    (example.human ? side.people_scores : side.composed_scores).push_back(opinion);
  }
  std::vector<AreaRow> rows;
  Scores people;
  Scores composed;
  Scores all_people;
  std::vector<const Example*> pieces;
  for (std::size_t k = 0; k < kKinds; ++k) {
    const Side& side = sides[k];
    pieces.insert(pieces.end(), side.people.begin(), side.people.end());
    all_people.insert(all_people.end(), side.people_scores.begin(), side.people_scores.end());
    if (side.people.empty() || side.composed_scores.empty()) continue;
    rows.push_back({"composed, " + std::string(kKindNames[k]), "overall",
                    area_of(column(side.people_scores, Aspect::overall),
                            column(side.composed_scores, Aspect::overall), resamplings)});
    if (static_cast<Kind>(k) == Kind::tune) continue;  // the same composed pieces as folk
    people.insert(people.end(), side.people_scores.begin(), side.people_scores.end());
    composed.insert(composed.end(), side.composed_scores.begin(), side.composed_scores.end());
  }
  rows.push_back(
      {"composed, lead sheets", "overall",
       area_of(column(people, Aspect::overall), column(composed, Aspect::overall), resamplings)});
  Scores subtle_people;
  Scores subtle;
  for (std::size_t f = 0; f < kFaults; ++f) {
    const auto fault = static_cast<Fault>(f);
    Scores good;
    Scores bad;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const Random random = Random(kSeed ^ hash_of(pieces[i]->name)).fork(kFaultNames[f]);
      const auto made = spoil(pieces[i]->sheet, fault, random);
      if (!made) continue;
      good.push_back(all_people[i]);
      bad.push_back(heard(network, made->sheet));
    }
    for (const Aspect by : {Aspect::overall, aspect_of(fault)}) {
      rows.push_back({std::string(kFaultNames[f]),
                      std::string(kAspectNames[static_cast<std::size_t>(by)]),
                      area_of(column(good, by), column(bad, by), resamplings)});
    }
    if (fault != Fault::wrong_notes && fault != Fault::exchanged_bars &&
        fault != Fault::exchanged_sections)
      continue;
    subtle.insert(subtle.end(), bad.begin(), bad.end());
    subtle_people.insert(subtle_people.end(), good.begin(), good.end());
  }
  rows.push_back({"wrong notes, exchanged bars or sections", "overall",
                  area_of(column(subtle_people, Aspect::overall), column(subtle, Aspect::overall),
                          resamplings)});
  return rows;
}

double figure_of_merit(std::span<const AreaRow> rows) {
  constexpr std::array<std::string_view, 6> kNames = {
      "composed, lead sheets", "wrong notes",    "other chords",
      "late onsets",           "exchanged bars", "exchanged sections"};
  double sum = 0.0;
  int count = 0;
  for (const AreaRow& row : rows) {
    if (row.by != "overall" || std::ranges::find(kNames, row.against) == kNames.end()) continue;
    sum += row.area.area;
    ++count;
  }
  return count == 0 ? 0.0 : sum / count;
}

}  // namespace cantus::critic
