#include "neural/train/performer/evaluation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

namespace cantus::performer {
namespace {

double laplace_nats(double missed, double spread) {
  return std::log(2.0 * spread) + std::abs(missed) / spread;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

struct Hits {
  std::vector<double> velocity;
  std::vector<double> late_ms;

  void add(const Played& played) {
    velocity.push_back(played.velocity);
    late_ms.push_back(played.late_ms);
  }
};

/// The Laplace distribution of greatest likelihood; spreads not below half a step.
std::pair<double, double> laplace_of(const std::vector<double>& values) {
  const double middle = median(values);
  double missed = 0.0;
  for (const double value : values)
    missed += std::abs(value - middle);
  return {middle, std::max(missed / static_cast<double>(values.size()), 0.5)};
}

touch::Expected expected_of(const Hits& hits) {
  const auto [velocity, velocity_spread] = laplace_of(hits.velocity);
  const auto [late, late_spread] = laplace_of(hits.late_ms);
  return {velocity, velocity_spread, late, late_spread};
}

void each_training_hit(std::span<const Performance> performances,
                       const std::function<void(const Performance&, std::size_t)>& use) {
  for (const Performance& performance : performances) {
    if (performance.split != corpus::Split::train) continue;
    for (std::size_t i = 0; i < performance.played.size(); ++i)
      use(performance, i);
  }
}

using Cell = std::pair<int, int>;  // key number, place in the bar; -1 for all places

}  // namespace

Errors errors_of(std::span<const Performance> performances,
                 corpus::Split split,
                 const Predict& predict) {
  Errors sum;
  for (const Performance& performance : performances) {
    if (performance.split != split) continue;
    for (std::size_t i = 0; i < performance.played.size(); ++i) {
      const touch::Expected expected = predict(performance, i);
      const double velocity = performance.played[i].velocity - expected.velocity;
      const double late = performance.played[i].late_ms - expected.late_ms;
      ++sum.hits;
      sum.velocity += std::abs(velocity);
      sum.late_ms += std::abs(late);
      sum.velocity_nats += laplace_nats(velocity, expected.velocity_spread);
      sum.late_nats += laplace_nats(late, expected.late_spread_ms);
    }
  }
  const double hits = std::max(1.0, static_cast<double>(sum.hits));
  for (double* total : {&sum.velocity, &sum.late_ms, &sum.velocity_nats, &sum.late_nats})
    *total /= hits;
  return sum;
}

Predict constant(std::span<const Performance> performances) {
  Hits hits;
  each_training_hit(performances, [&](const Performance& performance, std::size_t i) {
    hits.add(performance.played[i]);
  });
  const touch::Expected expected =
      hits.velocity.empty() ? touch::Expected{64, 1, 0, 1} : expected_of(hits);
  return [expected](const Performance&, std::size_t) { return expected; };
}

Predict per_position(std::span<const Performance> performances) {
  constexpr std::size_t kFewest = 10;
  std::map<Cell, Hits> cells;
  each_training_hit(performances, [&](const Performance& performance, std::size_t i) {
    const int key = performance.score.hits()[i].key;
    cells[{key, performance.score.place_in_bar(i)}].add(performance.played[i]);
    cells[{key, -1}].add(performance.played[i]);
  });
  auto known = std::make_shared<std::map<Cell, touch::Expected>>();
  for (const auto& [cell, hits] : cells) {
    if (hits.velocity.size() >= kFewest) known->emplace(cell, expected_of(hits));
  }
  return
      [known, otherwise = constant(performances)](const Performance& performance, std::size_t i) {
        const int key = performance.score.hits()[i].key;
        for (const int place : {performance.score.place_in_bar(i), -1}) {
          if (const auto found = known->find({key, place}); found != known->end())
            return found->second;
        }
        return otherwise(performance, i);
      };
}

Predict band_middle(Predict otherwise) {
  return [otherwise = std::move(otherwise)](const Performance& performance, std::size_t i) {
    touch::Expected expected = otherwise(performance, i);
    expected.velocity = performance.score.hits()[i].velocity / 16 * 16 + 7.5;
    expected.velocity_spread = 4.0;  // the mean deviation of what is even over sixteen steps
    return expected;
  };
}

Predict network(const touch::TouchNet& net, bool told_style, bool told_dynamics) {
  return [&net, told_style, told_dynamics](const Performance& performance, std::size_t i) {
    const touch::Told told{told_style ? performance.style : 0, told_dynamics};
    return net.expected(performance.score.features(i, told));
  };
}

std::vector<Row> compare(const touch::TouchNet& net,
                         std::span<const Performance> performances,
                         corpus::Split split) {
  const auto row = [&](std::string name, const Predict& predict) {
    return Row{std::move(name), errors_of(performances, split, predict)};
  };
  return {row("constant", constant(performances)),
          row("per position and drum", per_position(performances)),
          row("performer", network(net, false, false)),
          row("performer told the style", network(net, true, false)),
          row("middle of the band, per position", band_middle(per_position(performances))),
          row("performer told style and velocity bands", network(net, true, true))};
}

}  // namespace cantus::performer
