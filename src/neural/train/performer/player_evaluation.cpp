#include "neural/train/performer/player_evaluation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

namespace cantus::performer {

PlayerErrors player_errors(std::span<const Take> takes, corpus::Split split, const Shape& shape) {
  PlayerErrors errors;
  double missed = 0.0;
  double ss = 0.0;  // of predictions, of both, of what was done
  double sd = 0.0;
  double dd = 0.0;
  for (const Take& take : takes) {
    if (take.split != split || !take.hand.is_shaped()) continue;
    const std::vector<double> said = shape(take);
    double own = 0.0;
    double flat = 0.0;
    for (std::size_t i = 0; i < take.notes.size(); ++i) {
      const double done = take.notes[i].velocity - take.mean_velocity;
      own += std::abs(done - said[i]);
      flat += std::abs(done);
      ss += said[i] * said[i];
      sd += said[i] * done;
      dd += done * done;
    }
    ++errors.parts;
    errors.notes += take.notes.size();
    errors.better_parts += own < flat ? 1 : 0;
    missed += own;
  }
  errors.velocity = missed / std::max(1.0, static_cast<double>(errors.notes));
  errors.correlation = ss > 0.0 && dd > 0.0 ? sd / std::sqrt(ss * dd) : 0.0;
  errors.scale = ss > 0.0 ? sd / ss : 0.0;
  return errors;
}

Shape part_mean() {
  return [](const Take& take) { return std::vector<double>(take.notes.size()); };
}

Shape role_and_position(std::span<const Take> takes) {
  constexpr double kFewest = 10.0;
  struct Cell {
    double sum = 0.0;
    double count = 0.0;
  };
  auto cells = std::make_shared<std::map<std::pair<score::Role, int>, Cell>>();
  for (const Take& take : takes) {
    if (take.split != corpus::Split::train || !take.hand.is_shaped()) continue;
    for (std::size_t i = 0; i < take.notes.size(); ++i) {
      Cell& cell = (*cells)[{take.score.role(), take.score.place_in_bar(i)}];
      cell.sum += take.notes[i].velocity - take.mean_velocity;
      cell.count += 1.0;
    }
  }
  return [cells](const Take& take) {
    std::vector<double> louder(take.notes.size());
    for (std::size_t i = 0; i < louder.size(); ++i) {
      const auto found = cells->find({take.score.role(), take.score.place_in_bar(i)});
      if (found != cells->end() && found->second.count >= kFewest)
        louder[i] = found->second.sum / found->second.count;
    }
    return louder;
  };
}

Shape shaped_by(const touch::LineShaper& shaper) {
  return [&shaper](const Take& take) { return shaper.louder(take.score); };
}

std::vector<PlayerRow> compare_players(const touch::LineShaper& shaper,
                                       std::span<const Take> takes,
                                       corpus::Split split) {
  const auto row = [&](std::string name, const Shape& shape) {
    return PlayerRow{std::move(name), player_errors(takes, split, shape)};
  };
  return {row("the part's mean", part_mean()),
          row("role and place in the bar", role_and_position(takes)),
          row("player", shaped_by(shaper))};
}

std::vector<double> latenesses(const Take& take) {
  double mean = 0.0;
  for (const Shaping& note : take.notes)
    mean += note.late_ms.value_or(0.0) / static_cast<double>(take.notes.size());
  std::vector<double> late;
  for (const Shaping& note : take.notes)
    late.push_back(note.late_ms.value_or(mean) - mean);
  return late;
}

Lateness lateness_errors(const touch::LineShaper& shaper,
                         std::span<const Take> takes,
                         corpus::Split split) {
  Lateness sum;
  for (const Take& take : takes) {
    if (take.split != split || !take.hand.is_played()) continue;
    const std::vector<double> late = latenesses(take);
    const std::vector<double> said = shaper.later_ms(take.score);
    for (std::size_t i = 0; i < late.size(); ++i) {
      sum.of_mean_ms += std::abs(late[i]);
      sum.player_ms += std::abs(late[i] - said[i]);
    }
    sum.notes += late.size();
  }
  for (double* total : {&sum.of_mean_ms, &sum.player_ms})
    *total /= std::max(1.0, static_cast<double>(sum.notes));
  return sum;
}

}  // namespace cantus::performer
