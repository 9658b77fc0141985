#include "neural/train/performer/player_evaluation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

namespace cantus::performer {
namespace {

double laplace_nats(double missed, double spread) {
  return std::log(2.0 * spread) + std::abs(missed) / spread;
}

/// Sums over the notes of one target.
struct Sums {
  std::size_t notes = 0;
  double missed = 0.0;
  double nats = 0.0;
  double ss = 0.0;  // of predictions, of both, of what was done
  double sd = 0.0;
  double dd = 0.0;

  void add(double done, double said, double spread) {
    ++notes;
    missed += std::abs(done - said);
    nats += laplace_nats(done - said, spread);
    ss += said * said;
    sd += said * done;
    dd += done * done;
  }
  double mean(double sum) const { return sum / std::max(1.0, static_cast<double>(notes)); }
  double scale() const { return ss > 0.0 ? sd / ss : 0.0; }
  double correlation() const { return ss > 0.0 && dd > 0.0 ? sd / std::sqrt(ss * dd) : 0.0; }
};

/// What was done with a note, about the part's mean: louder, later; each where it is to be learnt.
using Deviation = std::array<std::optional<double>, 2>;

Deviation deviation_of(const Take& take, std::size_t note) {
  Deviation deviation;
  const Shaping& done = take.notes[note];
  if (take.hand.is_shaped()) deviation[0] = done.velocity - take.mean_velocity;
  if (done.late_ms) deviation[1] = *done.late_ms - take.mean_late_ms;
  return deviation;
}

struct Cell {
  std::array<double, 2> sum = {};
  std::array<double, 2> absolute = {};
  std::array<double, 2> count = {};

  void add(const Deviation& deviation) {
    for (std::size_t k = 0; k < 2; ++k) {
      if (!deviation[k]) continue;
      sum[k] += *deviation[k];
      absolute[k] += std::abs(*deviation[k]);
      count[k] += 1.0;
    }
  }
};

void each_training_note(std::span<const Take> takes,
                        const std::function<void(const Take&, std::size_t)>& use) {
  for (const Take& take : takes) {
    if (take.split != corpus::Split::train) continue;
    for (std::size_t i = 0; i < take.notes.size(); ++i)
      use(take, i);
  }
}

}  // namespace

PlayerErrors player_errors(std::span<const Take> takes, corpus::Split split, const Shape& shape) {
  std::array<Sums, 2> sums;
  for (const Take& take : takes) {
    if (take.split != split) continue;
    for (std::size_t i = 0; i < take.notes.size(); ++i) {
      const touch::Shaped said = shape(take, i);
      const Deviation done = deviation_of(take, i);
      if (done[0]) sums[0].add(*done[0], said.louder, said.louder_spread);
      if (done[1]) sums[1].add(*done[1], said.later_ms, said.later_spread_ms);
    }
  }
  const auto& [louder, later] = sums;
  return {louder.notes,
          later.notes,
          louder.mean(louder.missed),
          later.mean(later.missed),
          louder.mean(louder.nats),
          later.mean(later.nats),
          louder.scale(),
          later.scale(),
          louder.correlation(),
          later.correlation()};
}

Shape part_mean(std::span<const Take> takes) {
  Cell all;
  each_training_note(takes,
                     [&](const Take& take, std::size_t i) { all.add(deviation_of(take, i)); });
  const auto spread = [&](std::size_t k) {
    return all.count[k] > 0.0 ? std::max(all.absolute[k] / all.count[k], 0.5) : 1.0;
  };
  const touch::Shaped mean{0.0, spread(0), 0.0, spread(1)};
  return [mean](const Take&, std::size_t) { return mean; };
}

Shape part_and_position(std::span<const Take> takes) {
  constexpr double kFewest = 10.0;
  auto cells = std::make_shared<std::map<std::pair<score::Role, int>, Cell>>();
  each_training_note(takes, [&](const Take& take, std::size_t i) {
    const Deviation done = deviation_of(take, i);
    (*cells)[{take.score.role(), take.score.place_in_bar(i)}].add(done);
    (*cells)[{take.score.role(), -1}].add(done);
  });
  return [cells, otherwise = part_mean(takes)](const Take& take, std::size_t i) {
    touch::Shaped said = otherwise(take, i);
    const auto look = [&](std::size_t k, double& middle, double& spread) {
      for (const int place : {take.score.place_in_bar(i), -1}) {
        const auto found = cells->find({take.score.role(), place});
        if (found == cells->end() || found->second.count[k] < kFewest) continue;
        middle = found->second.sum[k] / found->second.count[k];
        spread = std::max(found->second.absolute[k] / found->second.count[k], 0.5);
        return;
      }
    };
    look(0, said.louder, said.louder_spread);
    look(1, said.later_ms, said.later_spread_ms);
    return said;
  };
}

Shape player(const touch::PlayerNet& net) {
  return [&net](const Take& take, std::size_t i) { return net.shaped(take.score.features(i)); };
}

std::vector<PlayerRow> compare_players(const touch::PlayerNet& net,
                                       std::span<const Take> takes,
                                       corpus::Split split) {
  const auto row = [&](std::string name, const Shape& shape) {
    return PlayerRow{std::move(name), player_errors(takes, split, shape)};
  };
  return {row("the part's mean", part_mean(takes)),
          row("and the mean of role and place in the bar", part_and_position(takes)),
          row("player", player(net))};
}

}  // namespace cantus::performer
