#include "neural/train/performer/fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/random.h"
#include "neural/train/performer/learning_net.h"

namespace cantus::performer {
namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kWarmup = 200;

double rate_at(double peak, std::int64_t step, std::int64_t steps) {
  if (step < kWarmup) return peak * static_cast<double>(step + 1) / kWarmup;
  const double at = static_cast<double>(step) / static_cast<double>(steps);
  return peak * 0.5 * (1.0 + std::cos(std::numbers::pi * at)) + 1e-6;
}

std::filesystem::path card_of(std::filesystem::path weights) {
  return weights.replace_extension(".json");
}

/// Training hits in a drawn order, with what is told of each drawn anew.
class Deck {
 public:
  Deck(std::span<const Performance> performances, std::uint64_t seed)
      : performances_(performances), random_(seed) {
    for (std::uint32_t p = 0; p < performances.size(); ++p) {
      if (performances[p].split != corpus::Split::train) continue;
      for (std::uint32_t i = 0; i < performances[p].played.size(); ++i)
        cards_.emplace_back(p, i);
    }
  }

  std::size_t size() const { return cards_.size(); }

  void deal(int count, double hides_style, Batch& batch) {
    batch.features.clear();
    batch.played.clear();
    for (int n = 0; n < count; ++n) {
      if (next_ == 0) shuffle();
      const auto [p, i] = cards_[next_];
      next_ = (next_ + 1) % cards_.size();
      const Performance& performance = performances_[p];
      const touch::Told told{random_.uniform() < hides_style ? 0 : performance.style,
                             random_.uniform() >= 0.5};
      const touch::Features features = performance.score.features(i, told);
      batch.features.insert(batch.features.end(), features.begin(), features.end());
      batch.played.push_back(static_cast<float>(performance.played[i].velocity));
      batch.played.push_back(static_cast<float>(performance.played[i].late_ms));
    }
  }

 private:
  void shuffle() {
    for (std::size_t i = cards_.size(); i > 1; --i)
      std::swap(cards_[i - 1], cards_[random_.below(i)]);
  }

  std::span<const Performance> performances_;
  Random random_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> cards_;
  std::size_t next_ = 0;
};

ordered_json card_json(const FitSettings& s, std::size_t hits, double best, double seconds) {
  ordered_json card;
  card["format"] = "cantus-touch-1";
  card["what"] = "A drummer: velocity and lateness of each hit of a written drum part";
  card["layers"] = {touch::kFeatures, touch::kHidden, touch::kHidden, touch::kOutputs};
  card["sets"] = {{{"name", "groove"},
                   {"licence", "CC BY 4.0"},
                   {"source", "Gillick et al. 2019, Groove MIDI Dataset 1.0.0"},
                   {"training_hits", hits}}};
  card["settings"] = {{"seed", s.seed},
                      {"epochs", s.epochs},
                      {"batch", s.batch},
                      {"rate", s.rate},
                      {"decay", s.decay},
                      {"drop", s.drop},
                      {"hides_style", s.hides_style}};
  card["seconds"] = std::round(seconds);
  card["validation_nats_a_hit"] = std::round(best * 1e4) / 1e4;
  return card;
}

}  // namespace

Result<double> fit(const FitSettings& s, const std::function<void(const std::string&)>& said) {
  const auto performances = read_performances(s.data);
  if (!performances) return tl::unexpected<Error>(performances.error());
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  Deck deck(*performances, s.seed);
  if (deck.size() == 0) return fail(ErrorCode::invalid_input, "no performance to learn from");
  LearningNet net(s.seed);
  const auto steps = std::max<std::int64_t>(
      static_cast<std::int64_t>(s.epochs * static_cast<double>(deck.size()) / s.batch), 1);
  const std::int64_t every = std::max<std::int64_t>(steps / std::max(s.looks, 1), 1);
  double best = std::numeric_limits<double>::infinity();
  Batch batch;
  for (std::int64_t step = 0; step < steps; ++step) {
    deck.deal(s.batch, s.hides_style, batch);
    net.learn(batch, rate_at(s.rate, step, steps), s.decay, s.drop);
    if ((step + 1) % every != 0 && step + 1 != steps) continue;
    touch::TouchWeights weights = net.average();
    const auto looked = touch::TouchNet::from(weights);
    if (!looked) return tl::unexpected<Error>(looked.error());
    const Errors valid =
        errors_of(*performances, corpus::Split::validation, network(*looked, false, false));
    const double nats = valid.velocity_nats + valid.late_nats;
    said("step " + std::to_string(step + 1) + " of " + std::to_string(steps) + ": velocity " +
         std::to_string(valid.velocity) + ", " + std::to_string(valid.late_ms) + " ms, " +
         std::to_string(nats) + " nats, " + std::to_string(seconds()) + " s");
    if (!(nats < best)) continue;
    best = nats;
    measure_habits(*performances, weights);
    if (const auto done = touch::write_touch(s.out, weights); !done)
      return tl::unexpected<Error>(done.error());
    const std::string card = card_json(s, deck.size(), best, seconds()).dump(2) + "\n";
    if (const auto done = write_file(card_of(s.out), card); !done)
      return tl::unexpected<Error>(done.error());
  }
  return best;
}

Result<void> add_figures(const std::filesystem::path& weights,
                         const std::string& split,
                         std::span<const Row> rows) {
  const auto path = card_of(weights);
  const auto text = read_file(path);
  if (!text) return tl::unexpected<Error>(text.error());
  ordered_json card = ordered_json::parse(*text, nullptr, false);
  if (!card.is_object()) return fail(ErrorCode::invalid_input, path.string() + ": not a card");
  const auto rounded = [](double value) { return std::round(value * 1e3) / 1e3; };
  for (const Row& row : rows) {
    card["figures"][split][row.name] = {{"hits", row.errors.hits},
                                        {"velocity", rounded(row.errors.velocity)},
                                        {"late_ms", rounded(row.errors.late_ms)},
                                        {"velocity_nats", rounded(row.errors.velocity_nats)},
                                        {"late_nats", rounded(row.errors.late_nats)}};
  }
  return write_file(path, card.dump(2) + "\n");
}

}  // namespace cantus::performer
