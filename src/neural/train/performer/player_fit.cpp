#include "neural/train/performer/player_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "neural/train/performer/ridge.h"

namespace cantus::performer {
namespace {

using nlohmann::ordered_json;
using Centred = std::array<double, touch::kLineFeatures>;

constexpr double kSlip = 3.0;  // deviations; further off is no shape

bool teaches(const Take& take, const PlayerSettings& settings) {
  return take.hand.levels >= settings.fewest_levels && take.hand.velocity_deviation >= 3.0;
}

/// Features less the mean of those of the notes beside.
Centred centred(const Take& take, const std::vector<touch::LineFeatures>& features, std::size_t i) {
  Centred centred = {};
  const auto [first, last] = touch::beside(take.score, i);
  for (std::size_t j = first; j < last; ++j) {
    for (std::size_t f = 0; f < centred.size(); ++f)
      centred[f] -= static_cast<double>(features[j][f]);
  }
  for (std::size_t f = 0; f < centred.size(); ++f) {
    centred[f] /= static_cast<double>(last - first);
    centred[f] += static_cast<double>(features[i][f]);
  }
  return centred;
}

std::vector<touch::LineFeatures> features_of(const Take& take) {
  std::vector<touch::LineFeatures> features;
  for (std::size_t i = 0; i < take.notes.size(); ++i)
    features.push_back(take.score.features(i));
  return features;
}

/// Sums over the parts that teach.
struct Lesson {
  Ridge ridge{touch::kLineFeatures};
  double steps = 0.0;  ///< the deviation of a part, as parts are weighted
  double weight = 0.0;

  /// `moved`: what was done with each note, in deviations of the part.
  void add(const Take& take, const std::vector<double>& moved, double deviation, double power) {
    const auto features = features_of(take);
    const auto count = static_cast<double>(features.size());
    const double part_weight = std::pow(count, power);
    for (std::size_t i = 0; i < features.size(); ++i) {
      ridge.add(centred(take, features, i), std::clamp(moved[i], -kSlip, kSlip),
                part_weight / count);
    }
    steps += part_weight * deviation;
    weight += part_weight;
  }

  std::vector<float> solve(double penalty) const {
    std::vector<float> weights;
    for (const double solved : ridge.solve(penalty))
      weights.push_back(static_cast<float>(solved * steps / std::max(weight, 1e-9)));
    return weights;
  }
};

std::filesystem::path card_of(std::filesystem::path weights) {
  return weights.replace_extension(".json");
}

double rounded(double value) {
  return std::round(value * 1e3) / 1e3;
}

ordered_json sets_of(const Takes& read) {
  ordered_json sets = ordered_json::array();
  for (const Surveyed& survey : read.survey) {
    if (survey.shaped + survey.played == 0) continue;
    ordered_json set = {{"name", survey.source}, {"licence", survey.licence}};
    set["shaped_parts"] = survey.shaped;
    set["shaped_notes"] = survey.shaped_notes;
    set["played_parts"] = survey.played;
    set["played_notes"] = survey.played_notes;
    sets.push_back(set);
  }
  return sets;
}

ordered_json card_json(const PlayerSettings& s, const Takes& read) {
  ordered_json card;
  card["format"] = "cantus-player-1";
  card["what"] = "A player of pitched parts: how much louder and later than its part each note is";
  card["features"] = touch::kLineFeatures;
  card["sets"] = sets_of(read);
  std::size_t parts = 0;
  std::size_t notes = 0;
  for (const Take& take : read.takes) {
    if (take.split != corpus::Split::train || !teaches(take, s)) continue;
    ++parts;
    notes += take.notes.size();
  }
  card["training_parts"] = parts;
  card["training_notes"] = notes;
  card["settings"] = {
      {"penalty", s.penalty}, {"fewest_levels", s.fewest_levels}, {"weight_power", s.weight_power}};
  return card;
}

}  // namespace

touch::ShaperWeights shaper_from(std::span<const Take> takes,
                                 corpus::Split learnt_from,
                                 const PlayerSettings& settings) {
  constexpr double kDeviationMs = 10.0;
  Lesson loudness;
  Lesson lateness;
  for (const Take& take : takes) {
    if (take.split != learnt_from) continue;
    if (teaches(take, settings)) {
      std::vector<double> moved;
      for (const Shaping& note : take.notes)
        moved.push_back((note.velocity - take.mean_velocity) / take.hand.velocity_deviation);
      loudness.add(take, moved, take.hand.velocity_deviation, settings.weight_power);
    }
    if (take.hand.is_played()) {
      std::vector<double> moved = latenesses(take);
      for (double& ms : moved)
        ms /= kDeviationMs;
      lateness.add(take, moved, kDeviationMs, settings.weight_power);
    }
  }
  return {loudness.solve(settings.penalty), lateness.solve(settings.penalty)};
}

Result<PlayerErrors> fit_player(const PlayerSettings& settings) {
  const auto read = read_takes(settings.data);
  if (!read) return tl::unexpected<Error>(read.error());
  const auto shaper =
      touch::LineShaper::from(shaper_from(read->takes, corpus::Split::train, settings));
  if (!shaper) return tl::unexpected<Error>(shaper.error());
  if (const auto done = touch::write_shaper(settings.out, shaper->weights()); !done)
    return tl::unexpected<Error>(done.error());
  const auto done = write_file(card_of(settings.out), card_json(settings, *read).dump(2) + "\n");
  if (!done) return tl::unexpected<Error>(done.error());
  return player_errors(read->takes, corpus::Split::validation, shaped_by(*shaper));
}

Result<void> add_player_figures(const std::filesystem::path& weights,
                                const std::string& split,
                                std::span<const PlayerRow> rows,
                                const Lateness& late) {
  const auto path = card_of(weights);
  const auto text = read_file(path);
  if (!text) return tl::unexpected<Error>(text.error());
  ordered_json card = ordered_json::parse(*text, nullptr, false);
  if (!card.is_object()) return fail(ErrorCode::invalid_input, path.string() + ": not a card");
  for (const PlayerRow& row : rows) {
    card["figures"][split][row.name] = {{"parts", row.errors.parts},
                                        {"notes", row.errors.notes},
                                        {"velocity", rounded(row.errors.velocity)},
                                        {"correlation", rounded(row.errors.correlation)},
                                        {"better_parts", row.errors.better_parts}};
  }
  card["figures"][split]["lateness"] = {{"notes", late.notes},
                                        {"the part's mean", rounded(late.of_mean_ms)},
                                        {"player", rounded(late.player_ms)}};
  return write_file(path, card.dump(2) + "\n");
}

}  // namespace cantus::performer
