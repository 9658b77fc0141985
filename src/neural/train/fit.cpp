#include "neural/train/fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>

#include <ATen/ATen.h>
#include <torch/version.h>

#include "base/files.h"
#include "base/random.h"
#include "neural/packed/catalogue.h"
#include "neural/train/base_model.h"
#include "neural/train/card.h"
#include "neural/train/checkpoint.h"
#include "neural/train/course.h"
#include "neural/train/curve_picture.h"
#include "neural/train/device.h"
#include "neural/train/fit_corpus.h"
#include "neural/train/learner.h"
#include "neural/train/likelihood.h"
#include "neural/train/model_file.h"
#include "neural/train/workers/workers.h"

namespace cantus::train {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kNone = Course::kNone;
constexpr std::int64_t kProbeSteps = 12;  // measured before --minutes becomes steps
constexpr std::int64_t kProbeFrom = 2;    // the first ones fill caches

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A training run: what it reads, what it learns, how far it is.
class Run {
 public:
  Run(const FitSettings& settings, const ReportProgress& report)
      : settings_(settings), report_(report) {}

  Result<FitOutcome> go();

 private:
  Result<void> prepare();
  Result<void> prepare_own();
  Result<void> meet();
  Result<void> follow_first();
  Result<void> take_shape();
  Result<void> resume();
  Result<void> restore(const Checkpoint& checkpoint);
  Result<FitOutcome> train();
  Result<void> before_steps();
  Result<void> train_step();
  Result<double> validate();
  Result<void> after_step();
  Result<void> estimate_steps();
  void report(double validation);
  Result<void> save();
  std::optional<Scores> score(corpus::Split split);
  Card card() const;
  Result<void> write_out();
  bool first() const { return settings_.place.first(); }
  bool stop_asked() const { return settings_.stop != nullptr && settings_.stop->load(); }
  bool stopped() const { return workers_ ? stop_agreed_ : stop_asked(); }
  bool finished() const { return total_steps_ > 0 && step_ >= total_steps_; }
  bool due(std::int64_t every) const { return every > 0 && step_ % every == 0; }
  Error with_advice(const Error& error) const;

  FitSettings settings_;
  ReportProgress report_;
  at::Device device_ = at::kCPU;
  FitCorpus corpus_;
  std::vector<float> first_weights_;  ///< empty for random ones
  std::unique_ptr<Workers> workers_;  ///< null for a process alone
  std::optional<Learner> learner_;
  std::string fixed_;

  std::int64_t step_ = 0;
  std::int64_t saved_step_ = 0;
  std::int64_t total_steps_ = 0;
  LearntStep learnt_;
  Course course_;
  bool stop_agreed_ = false;
  double validation_seconds_ = 0.0;
  double scoring_seconds_ = 0.0;
  std::optional<Scores> base_test_;
  std::optional<Scores> test_;
  std::optional<Scores> known_;  ///< of as many tokens it was trained on
  Clock::time_point probe_ = Clock::now();
};

Result<void> Run::take_shape() {
  const auto& names = corpus_.catalogue().vocabulary.names;
  if (!settings_.from.empty()) {
    auto base = read_base(settings_.from);
    if (!base) return tl::unexpected<Error>(base.error());
    auto grown = with_vocabulary(std::move(*base), names, settings_.seed);
    if (!grown) return fail_at(settings_.from.string(), grown.error());
    settings_.shape = grown->shape;
    first_weights_ = std::move(grown->weights);
  }
  if (settings_.context > 0) settings_.shape.context = settings_.context;
  settings_.shape.vocabulary = static_cast<std::int64_t>(names.size());
  settings_.shape.vocabulary_hash = corpus::vocabulary_hash(names);
  return check_shape(settings_.shape);
}

Result<void> Run::prepare_own() {
  if (auto opened = corpus_.open(settings_.corpus); !opened) return opened;
  if (auto taken = take_shape(); !taken) return taken;
  if (auto prepared = corpus_.prepare(settings_); !prepared) return prepared;
  learner_.emplace(settings_, device_, first_weights_, workers_.get());
  first_weights_ = {};
  fixed_ = fixed_settings(settings_, corpus_.pack());
  total_steps_ = settings_.minutes > 0.0 ? 0 : settings_.steps;
  if (!first()) return {};
  std::error_code error;
  fs::create_directories(settings_.checkpoint, error);
  remove_leftovers(settings_.checkpoint);
  return resume();
}

Result<void> Run::meet() {
  if (settings_.place.alone()) return {};
  auto workers = Workers::meet(
      settings_.place,
      std::chrono::milliseconds(static_cast<std::int64_t>(settings_.patience * 1000.0)));
  if (!workers) return tl::unexpected<Error>(workers.error());
  workers_ = std::move(*workers);
  if (settings_.device == "cuda") settings_.device += ":" + std::to_string(settings_.place.local);
  return {};
}

/// Takes over how far the first worker is, which alone reads the checkpoint.
Result<void> Run::follow_first() {
  if (!workers_) return {};
  const auto settings = static_cast<std::int64_t>(hash_of(fixed_));
  const at::Tensor state = at::tensor({settings, step_, total_steps_}, at::kLong);
  if (auto copied = workers_->copy_from_first(state); !copied) return copied;
  const auto* values = state.data_ptr<std::int64_t>();
  Result<void> same;
  if (values[0] != settings) {
    same = fail(ErrorCode::invalid_input, "worker " + std::to_string(settings_.place.rank) +
                                              " has another corpus or other settings than worker "
                                              "0; give every worker the same");
  }
  if (auto agreed = workers_->agree(same); !agreed) return agreed;
  step_ = saved_step_ = values[1];
  total_steps_ = values[2];
  return learner_->copy_from_first();
}

Result<void> Run::prepare() {
  if (auto checked = check_settings(settings_); !checked) return checked;
  if (settings_.checkpoint.empty()) settings_.checkpoint = settings_.out.string() + ".checkpoint";
  if (auto met = meet(); !met) return met;
  const auto device = prepare_device(settings_.device, settings_.threads);
  if (device) device_ = *device;
  const Result<void> own =
      device ? prepare_own() : Result<void>(tl::unexpected<Error>(device.error()));
  if (auto agreed = workers_ ? workers_->agree(own) : own; !agreed) return agreed;
  return follow_first();
}

Result<void> Run::resume() {
  const fs::path path = checkpoint_path(settings_.checkpoint);
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  if (!settings_.resume) {
    return fail(ErrorCode::invalid_input,
                path.string() +
                    ": a run is under way here; add --resume to continue it, or "
                    "remove the folder to begin anew");
  }
  const auto checkpoint = read_checkpoint(settings_.checkpoint);
  if (!checkpoint) return tl::unexpected<Error>(checkpoint.error());
  auto restored = restore(*checkpoint);
  if (!restored) return fail_at(path.string(), restored.error());
  return {};
}

Result<void> Run::restore(const Checkpoint& c) {
  if (auto same = check_same_settings(c.settings, fixed_); !same) return same;
  if (auto restored = learner_->restore(c); !restored) return restored;
  step_ = saved_step_ = c.step;
  if (settings_.minutes > 0.0) total_steps_ = c.total_steps;
  course_.restore(c);
  return {};
}

Result<void> Run::train_step() {
  const Batch& batch = corpus_.batches().of_step(static_cast<std::uint64_t>(step_));
  const auto learnt = learner_->learn(batch, step_, total_steps_, stop_asked());
  if (!learnt) return tl::unexpected<Error>(learnt.error());
  learnt_ = *learnt;
  stop_agreed_ = learnt_.stop;
  course_.add(learnt_.loss, batch.scored);
  ++step_;
  return {};
}

Result<double> Run::validate() {
  if (corpus_.validation().empty()) return kNone;
  const auto start = Clock::now();
  const auto nats = learner_->validate(corpus_.validation());
  validation_seconds_ = seconds_since(start);
  return nats;
}

Result<void> Run::estimate_steps() {
  const double a_step = seconds_since(probe_) / static_cast<double>(kProbeSteps - kProbeFrom);
  const double a_validation =
      settings_.validate_every > 0
          ? validation_seconds_ / static_cast<double>(settings_.validate_every)
          : 0.0;
  const double left =
      settings_.minutes * 60.0 - course_.seconds() - validation_seconds_ - scoring_seconds_;
  total_steps_ = step_ + static_cast<std::int64_t>(std::max(left / (a_step + a_validation), 1.0));
  if (settings_.most_steps > 0) total_steps_ = std::min(total_steps_, settings_.most_steps);
  if (!workers_) return {};
  const at::Tensor estimate = at::tensor({total_steps_}, at::kLong);
  const auto copied = workers_->copy_from_first(estimate);
  total_steps_ = estimate.item<std::int64_t>();
  return copied;
}

void Run::report(double validation) {
  if (!first()) return;
  Progress progress = course_.report(step_, total_steps_, validation);
  progress.rate = learnt_.rate;
  progress.gradient_norm = learnt_.gradient_norm;
  if (report_) report_(progress);
}

Result<void> Run::save() {
  saved_step_ = step_;
  if (!first()) return {};
  Checkpoint c;
  c.settings = fixed_;
  c.step = step_;
  c.total_steps = total_steps_;
  course_.keep_in(c);
  learner_->keep_in(c);
  return write_checkpoint(settings_.checkpoint, c);
}

std::optional<Scores> Run::score(corpus::Split split) {
  const auto windows = scoring_windows(corpus_.pack(), corpus_.catalogue().vocabulary, split,
                                       settings_.shape.context);
  if (settings_.test_tokens <= 0 || windows.empty()) return std::nullopt;
  Scoreboard board(corpus_.pack(), corpus_.catalogue());
  for (const Batch& batch :
       lay_out(corpus_.pack(), thin(windows, settings_.test_tokens), 64, settings_.shape.context)) {
    each_loss(learner_->network(), batch, settings_.rows, device_,
              [&](std::uint32_t sequence, double nats) { board.add(sequence, nats); });
  }
  return board.scores();
}

Card Run::card() const {
  Card card;
  card.name = settings_.out.filename().string();
  card.shape = settings_.shape;
  card.settings = fixed_;
  card.steps = step_;
  card.tokens = course_.tokens();
  card.seconds = course_.seconds();
  card.device = settings_.device;
  card.threads = settings_.threads;
  card.libtorch = TORCH_VERSION;
  card.commit = settings_.commit;
  card.corpus = settings_.corpus.filename().string();
  card.catalogue = &corpus_.catalogue();
  card.curve = course_.curve();
  card.base_test = base_test_;
  if (!settings_.from.empty()) {
    card.base = settings_.from.stem().string();
    card.base_card = read_base_card(settings_.from);
  }
  if (!std::isnan(course_.validation())) card.validation = course_.validation();
  return card;
}

Result<void> Run::write_out() {
  if (!first()) return {};
  const Card made = card();  // before the test is scored, which is no training time
  learner_->settle();
  const std::string out = settings_.out.string();
  auto written =
      write_model(out + ".safetensors", settings_.shape, learner_->network().copy_weights());
  if (written) written = write_file(out + ".png", draw_curve(course_.curve()).png());
  if (!written) return written;
  test_ = score(corpus::Split::test);
  known_ = score(corpus::Split::train);
  Card scored = made;
  scored.test = test_;
  scored.known = known_;
  return write_file(out + ".json", to_json(scored));
}

/// What is due after a step: the estimate, validation, report and checkpoint.
Result<void> Run::after_step() {
  const bool estimate = total_steps_ == 0 && step_ == kProbeSteps;
  if (estimate) {
    if (auto estimated = estimate_steps(); !estimated) return estimated;
  }
  const bool last = step_ == total_steps_;
  const bool validating = due(settings_.validate_every) || (last && settings_.validate_every > 0);
  const auto nats = validating ? validate() : Result<double>(kNone);
  if (!nats) return tl::unexpected<Error>(nats.error());
  if (validating || last || due(settings_.report_every)) report(*nats);
  return last || estimate || due(settings_.checkpoint_every) ? save() : Result<void>();
}

/// What is known before the first step.
Result<void> Run::before_steps() {
  if (settings_.compare_with_base && first()) {
    const auto start = Clock::now();
    base_test_ = score(corpus::Split::test);
    scoring_seconds_ = seconds_since(start);
  }
  if (settings_.validate_every <= 0) return {};
  const auto nats = validate();
  if (!nats) return tl::unexpected<Error>(nats.error());
  report(*nats);
  return {};
}

Result<FitOutcome> Run::train() {
  course_.begin();
  Result<void> done = step_ == 0 ? before_steps() : Result<void>();
  while (done && !stopped() && !finished()) {
    if (step_ == kProbeFrom) probe_ = Clock::now();
    done = train_step();
    if (done) done = after_step();
  }
  if (!done) return tl::unexpected<Error>(with_advice(done.error()));
  FitOutcome outcome;
  outcome.finished = finished();
  outcome.steps = step_;
  outcome.seconds = course_.seconds();
  outcome.validation = course_.validation();
  outcome.waited_for_data = corpus_.batches().waited_seconds();
  return outcome;
}

/// How to go on after a worker was lost.
Error Run::with_advice(const Error& error) const {
  if (!workers_ || error.code != ErrorCode::io) return error;
  const std::string kept = saved_step_ > 0
                               ? "the checkpoint holds step " + std::to_string(saved_step_)
                               : std::string("there is no checkpoint yet");
  return {error.code, error.message + "; the run ended after step " + std::to_string(step_) + ", " +
                          kept +
                          ": start all workers again with --resume, as many as you "
                          "like"};
}

Result<FitOutcome> Run::go() {
  if (auto prepared = prepare(); !prepared) return tl::unexpected<Error>(prepared.error());
  auto outcome = train();
  if (!outcome) return outcome;
  const auto written = outcome->finished ? write_out() : save();
  if (!written) return tl::unexpected<Error>(written.error());
  outcome->base_test = base_test_;
  outcome->test = test_;
  outcome->known = known_;
  return outcome;
}

}  // namespace

Result<FitOutcome> fit(const FitSettings& settings, const ReportProgress& report) {
  try {
    return Run(settings, report).go();
  } catch (const std::exception& error) {  // c10::Error among others
    return fail(ErrorCode::invalid_input, std::string("LibTorch: ") + error.what());
  }
}

}  // namespace cantus::train
