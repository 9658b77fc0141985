#include "neural/train/contest/contest.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "neural/train/device.h"
#include "neural/train/likelihood.h"
#include "neural/train/model_file.h"
#include "neural/train/training_windows.h"

namespace cantus::contest {
namespace {

namespace fs = std::filesystem;
using train::Batch;
using train::BatchTensors;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kPlayedSeed = 1'000'000;  // of those learnt from
constexpr std::int64_t kRows = 4;                 // of windows computed at once

/// A row of its own length.
Batch row_of(const Rollout& rollout, std::int64_t context) {
  const auto length = std::min(static_cast<std::int64_t>(rollout.tokens.size()) - 1, context);
  Batch batch;
  batch.reset(1, length);
  for (std::size_t i = 0; i < static_cast<std::size_t>(length); ++i) {
    batch.inputs[i] = rollout.tokens[i];
    batch.starts[i] = 0;
    if (!rollout.chosen[i + 1]) continue;
    batch.targets[i] = rollout.tokens[i + 1];
    ++batch.scored;
  }
  return batch;
}

class Contest {
 public:
  Contest(const ContestSettings& settings,
          const train::ModelFile& model,
          const std::function<void(const std::string&)>& said)
      : settings_(settings), said_(said), shape_(model.shape), network_(shape_, {}) {
    network_.set_weights(model.weights);
    train::OptimiserSettings optimiser;
    optimiser.weight_decay = 0.0;  // would pull towards nothing, not towards what was learnt
    optimiser_.emplace(network_, optimiser);
  }

  Result<void> open() {
    auto critic = critic::Critic::load(settings_.critic);
    if (!critic) return tl::unexpected<Error>(critic.error());
    critic_.emplace(std::move(*critic));
    if (!settings_.planner.empty()) {
      auto planner = infer::Transformer::load(settings_.planner, infer::Precision::int8);
      if (!planner) return tl::unexpected<Error>(planner.error());
      planner_.emplace(std::move(*planner));
    }
    auto corpus = corpus::PackedCorpus::open(settings_.corpus);
    if (!corpus) return tl::unexpected<Error>(corpus.error());
    corpus_.emplace(std::move(*corpus));
    auto catalogue = corpus::read_catalogue(settings_.corpus);
    if (!catalogue) return tl::unexpected<Error>(catalogue.error());
    catalogue_ = std::move(*catalogue);
    if (static_cast<std::int64_t>(catalogue_.vocabulary.names.size()) != shape_.vocabulary) {
      return fail(ErrorCode::invalid_input,
                  settings_.corpus.string() + ": its vocabulary is not the model's");
    }
    auto windows = train::TrainingWindows::create(*corpus_, catalogue_, {shape_.context, 0, {}});
    if (!windows) return tl::unexpected<Error>(windows.error());
    windows_.emplace(std::move(*windows));
    const auto scoring = train::scoring_windows(*corpus_, catalogue_.vocabulary,
                                                corpus::Split::validation, shape_.context);
    validation_ = train::lay_out(*corpus_, train::thin(scoring, settings_.validation_tokens), 8,
                                 shape_.context);
    return {};
  }

  Result<ContestOutcome> run() {
    const auto start = Clock::now();
    const auto over = [&] {
      const double spent = std::chrono::duration<double>(Clock::now() - start).count() / 60.0;
      return (settings_.stop != nullptr && *settings_.stop) ||
             (settings_.minutes > 0.0 && spent > settings_.minutes);
    };
    if (auto looked = look(0); !looked) return tl::unexpected<Error>(looked.error());
    for (int round = 1; round <= settings_.rounds && !over(); ++round) {
      if (auto done = play_round(round); !done) return tl::unexpected<Error>(done.error());
      const bool last = round == settings_.rounds || over();
      if (!last && round % settings_.heard_every != 0) continue;
      if (auto looked = look(round); !looked) return tl::unexpected<Error>(looked.error());
    }
    return outcome_;
  }

 private:
  /// The network as it stands, in the engine that composes.
  Result<infer::Transformer> in_engine() {
    const fs::path path = settings_.out.string() + ".now";
    const auto written = train::write_model(path, shape_, network_.copy_weights());
    if (!written) return tl::unexpected<Error>(written.error());
    auto engine = infer::Transformer::load(path, infer::Precision::int8);
    std::error_code ignored;
    fs::remove(path, ignored);
    return engine;
  }

  Result<std::vector<Rollout>> play_now(int count, std::uint64_t seed) {
    const auto engine = in_engine();
    if (!engine) return tl::unexpected<Error>(engine.error());
    const Players players{*engine, planner_ ? &*planner_ : nullptr, *critic_, settings_.threads,
                          settings_.stop};
    return play(players, briefs(count, seed));
  }

  Result<void> play_round(int round) {
    const auto first =
        static_cast<std::uint64_t>(round - 1) * static_cast<std::uint64_t>(settings_.pieces);
    const auto played = play_now(settings_.pieces, kPlayedSeed + (settings_.seed << 32U) + first);
    if (!played) return tl::unexpected<Error>(played.error());
    std::vector<Heard> heard;
    for (const Rollout& rollout : *played)
      heard.push_back(rollout.heard);
    auto weights = settings_.share > 0.0 ? best_of(heard, settings_.share) : advantages(heard);
    for (double& weight : weights)
      weight *= settings_.policy;
    const auto steps = static_cast<std::size_t>(settings_.steps);
    for (std::size_t step = 0; step < steps; ++step) {
      const std::size_t from = step * played->size() / steps;
      const std::size_t count = (step + 1) * played->size() / steps - from;
      learn(std::span(*played).subspan(from, count), std::span(weights).subspan(from, count));
    }
    double mean = 0.0;
    for (const Heard& piece : heard)
      mean += piece.score / static_cast<double>(heard.size());
    said_(fmt::format("round {:3}  learnt from {} pieces of mean score {:.3f}", round, heard.size(),
                      mean));
    return {};
  }

  void learn(std::span<const Rollout> played, std::span<const double> weights) {
    add_policy_gradient(network_, played, weights);
    Batch batch;
    windows_->draw(settings_.seed, static_cast<std::uint64_t>(step_), settings_.anchor_rows, batch);
    const double factor =
        settings_.anchor / static_cast<double>(std::max<std::int64_t>(batch.scored, 1));
    network_.loss(BatchTensors::of(batch, 0, batch.rows, at::kCPU), factor).backward();
    const double rising = std::min(1.0, static_cast<double>(step_ + 1) / 4.0);
    optimiser_->step(settings_.rate * rising, step_);
    ++step_;
  }

  double likelihood() {
    double nats = 0.0;
    double tokens = 0.0;
    for (const Batch& batch : validation_) {
      train::each_loss(network_, batch, kRows, at::kCPU, [&](std::uint32_t, double loss) {
        nats += loss;
        tokens += 1.0;
      });
    }
    return nats / std::max(tokens, 1.0);
  }

  Result<void> look(int round) {
    const auto played = play_now(settings_.heard_pieces, settings_.heard_seed);
    if (!played) return tl::unexpected<Error>(played.error());
    Standing now{round, 0.0, likelihood()};
    for (const Rollout& rollout : *played)
      now.score += rollout.heard.score / static_cast<double>(played->size());
    if (round == 0) outcome_ = {now, now};
    const double loss = now.likelihood / outcome_.before.likelihood - 1.0;
    const bool best = loss <= settings_.most_loss && now.score > outcome_.best.score;
    said_(fmt::format("look at {:3}  critic {:.3f}  people's {:.4f} nats a token ({:+.2f} %){}",
                      round, now.score, now.likelihood, 100.0 * loss, best ? "  best" : ""));
    if (!best) return {};
    outcome_.best = now;
    return train::write_model(settings_.out, shape_, network_.copy_weights());
  }

  const ContestSettings& settings_;
  const std::function<void(const std::string&)>& said_;
  train::ModelShape shape_;
  train::Network network_;
  std::optional<train::Optimiser> optimiser_;
  std::optional<critic::Critic> critic_;
  std::optional<infer::Transformer> planner_;
  std::optional<corpus::PackedCorpus> corpus_;
  corpus::Catalogue catalogue_;
  std::optional<train::TrainingWindows> windows_;
  std::vector<Batch> validation_;
  std::int64_t step_ = 0;
  ContestOutcome outcome_;
};

}  // namespace

double add_policy_gradient(train::Network& network,
                           std::span<const Rollout> rollouts,
                           std::span<const double> advantages) {
  std::vector<Batch> rows;
  std::int64_t chosen = 0;
  for (std::size_t i = 0; i < rollouts.size(); ++i) {
    rows.push_back(row_of(rollouts[i], network.shape().context));
    if (advantages[i] != 0.0) chosen += rows.back().scored;
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (advantages[i] == 0.0 || rows[i].scored == 0) continue;
    const double factor = advantages[i] / static_cast<double>(chosen);
    const at::Tensor loss =
        network.loss(BatchTensors::of(rows[i], 0, 1, network.weights().device()), factor);
    loss.backward();
    sum += loss.item<double>();
  }
  return sum;
}

Result<ContestOutcome> contest(const ContestSettings& settings,
                               const std::function<void(const std::string&)>& said) {
  const auto device = train::prepare_device("cpu", settings.threads);
  if (!device) return tl::unexpected<Error>(device.error());
  const auto model = train::read_model(settings.from);
  if (!model) return tl::unexpected<Error>(model.error());
  try {
    Contest contest(settings, *model, said);
    if (auto opened = contest.open(); !opened) return tl::unexpected<Error>(opened.error());
    return contest.run();
  } catch (const std::exception& error) {  // c10::Error among others
    return fail(ErrorCode::invalid_input, std::string("LibTorch: ") + error.what());
  }
}

}  // namespace cantus::contest
