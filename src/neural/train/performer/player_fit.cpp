#include "neural/train/performer/player_fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/random.h"
#include "neural/train/curve_picture.h"
#include "neural/train/performer/learning_net.h"

namespace cantus::performer {
namespace {

using nlohmann::ordered_json;

/// The training notes, features worked out once, in a drawn order.
class Notes {
 public:
  Notes(std::span<const Take> takes, std::uint64_t seed) : random_(seed) {
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    for (const Take& take : takes) {
      if (take.split != corpus::Split::train) continue;
      for (std::size_t i = 0; i < take.notes.size(); ++i) {
        const touch::LineFeatures features = take.score.features(i);
        features_.insert(features_.end(), features.begin(), features.end());
        const Shaping& done = take.notes[i];
        played_.push_back(
            take.hand.is_shaped() ? static_cast<float>(done.velocity - take.mean_velocity) : kNone);
        played_.push_back(done.late_ms ? static_cast<float>(*done.late_ms - take.mean_late_ms)
                                       : kNone);
        order_.push_back(order_.size());
      }
    }
  }

  std::size_t size() const { return order_.size(); }

  void deal(int count, Batch& batch) {
    batch.features.clear();
    batch.played.clear();
    for (int n = 0; n < count; ++n) {
      if (next_ == 0) shuffle();
      const std::size_t note = order_[next_];
      next_ = (next_ + 1) % order_.size();
      append(features_, note, touch::kLineFeatures, batch.features);
      append(played_, note, kTargets, batch.played);
    }
  }

 private:
  static void append(const std::vector<float>& from,
                     std::size_t row,
                     std::ptrdiff_t columns,
                     std::vector<float>& to) {
    const auto first = from.begin() + static_cast<std::ptrdiff_t>(row) * columns;
    to.insert(to.end(), first, first + columns);
  }
  void shuffle() {
    for (std::size_t i = order_.size(); i > 1; --i)
      std::swap(order_[i - 1], order_[random_.below(i)]);
  }

  Random random_;
  std::vector<float> features_;  // [note, kLineFeatures]
  std::vector<float> played_;    // [note, kTargets]
  std::vector<std::size_t> order_;
  std::size_t next_ = 0;
};

std::filesystem::path beside(std::filesystem::path weights, const char* ending) {
  return weights.replace_extension(ending);
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

ordered_json card_json(
    const FitSettings& s, const Takes& read, std::size_t notes, double best, double seconds) {
  ordered_json card;
  card["format"] = "cantus-player-1";
  card["what"] = "A player: how much louder and later than its part's mean each note is";
  card["layers"] = {touch::kLineFeatures, touch::kPlayerHidden, touch::kPlayerHidden,
                    touch::kPlayerOutputs};
  card["sets"] = sets_of(read);
  card["training_notes"] = notes;
  card["settings"] = {{"seed", s.seed}, {"epochs", s.epochs}, {"batch", s.batch},
                      {"rate", s.rate}, {"decay", s.decay},   {"drop", s.drop}};
  card["seconds"] = std::round(seconds);
  card["validation_nats_a_note"] = std::round(best * 1e4) / 1e4;
  return card;
}

}  // namespace

Result<double> fit_player(const FitSettings& s,
                          const std::function<void(const std::string&)>& said) {
  const auto read = read_takes(s.data);
  if (!read) return tl::unexpected<Error>(read.error());
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  Notes notes(read->takes, s.seed);
  if (notes.size() == 0) return fail(ErrorCode::invalid_input, "no note to learn from");
  LearningNet net(kPlayerShape, s.seed);
  const auto steps = std::max<std::int64_t>(
      static_cast<std::int64_t>(s.epochs * static_cast<double>(notes.size()) / s.batch), 1);
  const std::int64_t every = std::max<std::int64_t>(steps / std::max(s.looks, 1), 1);
  double best = std::numeric_limits<double>::infinity();
  train::Curve curve;
  double lost = 0.0;
  Batch batch;
  for (std::int64_t step = 0; step < steps; ++step) {
    notes.deal(s.batch, batch);
    lost += net.learn(batch, rate_at(s.rate, step, steps), s.decay, s.drop);
    if ((step + 1) % every != 0 && step + 1 != steps) continue;
    const auto looked = touch::PlayerNet::from(player_weights(net.average()));
    if (!looked) return tl::unexpected<Error>(looked.error());
    const PlayerErrors valid =
        player_errors(read->takes, corpus::Split::validation, player(*looked));
    const double nats = valid.louder_nats + valid.later_nats;
    curve.push_back({step + 1, 0, seconds(), std::nullopt, nats});
    said("step " + std::to_string(step + 1) + " of " + std::to_string(steps) + ": velocity " +
         std::to_string(valid.louder) + ", " + std::to_string(valid.later_ms) + " ms, nats " +
         std::to_string(valid.louder_nats) + " + " + std::to_string(valid.later_nats) + ", loss " +
         std::to_string(lost / static_cast<double>(every)) + ", " + std::to_string(seconds()) +
         " s");
    lost = 0.0;
    if (!(nats < best)) continue;
    best = nats;
    if (const auto done = touch::write_player(s.out, looked->weights()); !done)
      return tl::unexpected<Error>(done.error());
    const std::string card = card_json(s, *read, notes.size(), best, seconds()).dump(2) + "\n";
    if (const auto done = write_file(beside(s.out, ".json"), card); !done)
      return tl::unexpected<Error>(done.error());
  }
  const auto drawn = write_file(beside(s.out, ".png"), train::draw_curve(curve).png());
  if (!drawn) return tl::unexpected<Error>(drawn.error());
  return best;
}

Result<void> add_player_figures(const std::filesystem::path& weights,
                                const std::string& split,
                                std::span<const PlayerRow> rows) {
  const auto path = beside(weights, ".json");
  const auto text = read_file(path);
  if (!text) return tl::unexpected<Error>(text.error());
  ordered_json card = ordered_json::parse(*text, nullptr, false);
  if (!card.is_object()) return fail(ErrorCode::invalid_input, path.string() + ": not a card");
  const auto rounded = [](double value) { return std::round(value * 1e3) / 1e3; };
  for (const PlayerRow& row : rows) {
    card["figures"][split][row.name] = {{"notes", row.errors.notes},
                                        {"velocity", rounded(row.errors.louder)},
                                        {"velocity_nats", rounded(row.errors.louder_nats)},
                                        {"timed_notes", row.errors.timed_notes},
                                        {"late_ms", rounded(row.errors.later_ms)},
                                        {"late_nats", rounded(row.errors.later_nats)}};
  }
  return write_file(path, card.dump(2) + "\n");
}

}  // namespace cantus::performer
