#include "neural/train/fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include <ATen/Context.h>
#include <torch/version.h>

#include "base/files.h"
#include "neural/packed/catalogue.h"
#include "neural/packed/packed.h"
#include "neural/train/base_model.h"
#include "neural/train/card.h"
#include "neural/train/checkpoint.h"
#include "neural/train/curve_picture.h"
#include "neural/train/device.h"
#include "neural/train/likelihood.h"
#include "neural/train/model_file.h"
#include "neural/train/network.h"
#include "neural/train/optimiser.h"

namespace cantus::train {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kProbeSteps = 12;  // measured before --minutes becomes steps
constexpr std::int64_t kProbeFrom = 2;    // the first ones fill caches

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<float> to_vector(const at::Tensor& tensor) {
  const at::Tensor here = tensor.to(at::kCPU).contiguous();
  const auto* data = here.data_ptr<float>();
  return {data, data + here.numel()};
}

void copy_into(at::Tensor& tensor, const std::vector<float>& values) {
  const at::NoGradGuard no_grad;
  tensor.copy_(at::from_blob(const_cast<float*>(values.data()),
                             {static_cast<std::int64_t>(values.size())}, at::kFloat));
}

/// A training run: what it reads, what it learns, how far it is.
class Run {
 public:
  Run(const FitSettings& settings, const ReportProgress& report)
      : settings_(settings), report_(report) {}

  Result<FitOutcome> go();

 private:
  Result<void> prepare();
  Result<void> read_corpus();
  Result<void> read_base_model();
  Result<void> resume();
  Result<void> restore(const Checkpoint& checkpoint);
  void train_step();
  void validate();
  void estimate_steps();
  void report(double validation);
  Result<void> save();
  void score_test();
  Card card() const;
  Result<void> write_out();
  bool stopped() const { return settings_.stop != nullptr && settings_.stop->load(); }
  double seconds() const { return seconds_before_ + seconds_since(start_); }

  FitSettings settings_;
  ReportProgress report_;
  at::Device device_ = at::kCPU;
  std::optional<corpus::PackedCorpus> corpus_;
  corpus::Catalogue catalogue_;
  std::optional<TrainingWindows> windows_;
  std::vector<Batch> validation_;
  std::vector<float> first_weights_;  ///< empty for random ones
  std::unique_ptr<Network> network_;
  std::unique_ptr<Optimiser> optimiser_;
  std::string fixed_;
  Batch batch_;

  std::int64_t step_ = 0;
  std::int64_t total_steps_ = 0;
  std::uint64_t tokens_ = 0;
  double loss_sum_ = 0.0;
  std::uint64_t loss_tokens_ = 0;
  double rate_ = 0.0;
  double gradient_norm_ = 0.0;
  double last_validation_ = kNone;
  double validation_seconds_ = 0.0;
  Curve curve_;
  std::optional<Scores> test_;
  double seconds_before_ = 0.0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point reported_ = Clock::now();
  std::uint64_t reported_tokens_ = 0;
  Clock::time_point probe_ = Clock::now();
};

Result<void> Run::read_corpus() {
  auto corpus = corpus::PackedCorpus::open(settings_.corpus);
  if (!corpus) return tl::unexpected<Error>(corpus.error());
  corpus_.emplace(std::move(*corpus));
  auto catalogue = corpus::read_catalogue(settings_.corpus);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  catalogue_ = std::move(*catalogue);
  if (catalogue_.vocabulary.names.size() != corpus_->vocabulary_size()) {
    return fail(ErrorCode::invalid_input,
                settings_.corpus.string() + ": its catalogue belongs to another pack");
  }
  if (auto read = read_base_model(); !read) return read;
  settings_.shape.vocabulary = corpus_->vocabulary_size();
  settings_.shape.vocabulary_hash = corpus::vocabulary_hash(catalogue_.vocabulary.names);
  if (auto checked = check_shape(settings_.shape); !checked) return checked;
  auto windows = TrainingWindows::create(
      *corpus_, catalogue_, {settings_.shape.context, settings_.transpose, settings_.mix});
  if (!windows) return tl::unexpected<Error>(windows.error());
  windows_.emplace(std::move(*windows));
  const auto scoring = scoring_windows(*corpus_, catalogue_.vocabulary, corpus::Split::validation,
                                       settings_.shape.context);
  validation_ =
      lay_out(*corpus_, thin(scoring, settings_.validate_tokens), 8, settings_.shape.context);
  return {};
}

Result<void> Run::read_base_model() {
  if (settings_.from.empty()) return {};
  auto base = read_base(settings_.from);
  if (!base) return tl::unexpected<Error>(base.error());
  auto grown = with_vocabulary(std::move(*base), catalogue_.vocabulary.names, settings_.seed);
  if (!grown) return fail_at(settings_.from.string(), grown.error());
  settings_.shape = grown->shape;
  first_weights_ = std::move(grown->weights);
  return {};
}

Result<void> Run::prepare() {
  if (auto checked = check_settings(settings_); !checked) return checked;
  if (settings_.checkpoint.empty()) settings_.checkpoint = settings_.out.string() + ".checkpoint";
  auto device = prepare_device(settings_.device, settings_.threads);
  if (!device) return tl::unexpected<Error>(device.error());
  device_ = *device;
  if (auto read = read_corpus(); !read) return read;
  network_ = std::make_unique<Network>(
      settings_.shape, NetworkOptions{device_, settings_.precision == "bf16", settings_.dropout});
  if (first_weights_.empty())
    network_->initialise(settings_.seed);
  else
    network_->set_weights(first_weights_);
  OptimiserSettings optimiser;
  optimiser.weight_decay = settings_.weight_decay;
  optimiser.average = settings_.average;
  optimiser_ = std::make_unique<Optimiser>(*network_, optimiser);
  fixed_ = fixed_settings(settings_, *corpus_);
  total_steps_ = settings_.minutes > 0.0 ? 0 : settings_.steps;
  std::error_code error;
  fs::create_directories(settings_.checkpoint, error);
  remove_leftovers(settings_.checkpoint);
  return resume();
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
  const auto size = static_cast<std::size_t>(settings_.shape.weights());
  const std::size_t averages = settings_.average > 0.0 ? size : 0;
  if (c.weights.size() != size || c.first_moment.size() != size || c.second_moment.size() != size ||
      c.average.size() != averages) {
    return fail(ErrorCode::invalid_input, "has tensors of a wrong size");
  }
  copy_into(network_->weights(), c.weights);
  copy_into(optimiser_->first_moment(), c.first_moment);
  copy_into(optimiser_->second_moment(), c.second_moment);
  if (averages > 0) copy_into(optimiser_->average(), c.average);
  step_ = c.step;
  if (settings_.minutes > 0.0) total_steps_ = c.total_steps;
  tokens_ = reported_tokens_ = c.tokens;
  loss_sum_ = c.loss_sum;
  loss_tokens_ = c.loss_tokens;
  curve_ = c.curve;
  seconds_before_ = c.seconds;
  for (const CurvePoint& point : curve_) {
    if (point.validation) last_validation_ = *point.validation;
  }
  return {};
}

void Run::train_step() {
  windows_->draw(settings_.seed, static_cast<std::uint64_t>(step_), settings_.batch, batch_);
  if (settings_.dropout > 0.0) {
    at::manual_seed(Random(settings_.seed).fork("dropout of step " + std::to_string(step_)).next());
  }
  const double factor = 1.0 / static_cast<double>(std::max<std::int64_t>(batch_.scored, 1));
  double loss = 0.0;
  for (std::int64_t row = 0; row < settings_.batch; row += settings_.rows) {
    const std::int64_t count = std::min(settings_.rows, settings_.batch - row);
    at::Tensor part = network_->loss(BatchTensors::of(batch_, row, count, device_), factor);
    part.backward();
    loss += part.item<double>();
  }
  rate_ = rate_at(settings_.rate, step_, settings_.warmup,
                  total_steps_ > 0 ? total_steps_ : std::numeric_limits<std::int32_t>::max());
  gradient_norm_ = optimiser_->step(rate_, step_);
  loss_sum_ += loss * static_cast<double>(batch_.scored);
  loss_tokens_ += static_cast<std::uint64_t>(batch_.scored);
  tokens_ += static_cast<std::uint64_t>(batch_.scored);
  ++step_;
}

void Run::validate() {
  if (validation_.empty()) return;
  const auto start = Clock::now();
  at::Tensor kept;
  if (optimiser_->average().defined()) {
    const at::NoGradGuard no_grad;
    kept = network_->weights().clone();
    network_->weights().copy_(optimiser_->average());
  }
  last_validation_ = mean_loss(*network_, validation_, settings_.rows, device_);
  if (kept.defined()) {
    const at::NoGradGuard no_grad;
    network_->weights().copy_(kept);
  }
  validation_seconds_ = seconds_since(start);
}

void Run::estimate_steps() {
  const double a_step = seconds_since(probe_) / static_cast<double>(kProbeSteps - kProbeFrom);
  const double a_validation =
      settings_.validate_every > 0
          ? validation_seconds_ / static_cast<double>(settings_.validate_every)
          : 0.0;
  const double left = settings_.minutes * 60.0 - seconds() - validation_seconds_;
  total_steps_ = step_ + static_cast<std::int64_t>(std::max(left / (a_step + a_validation), 1.0));
}

void Run::report(double validation) {
  CurvePoint point{step_, tokens_, seconds(), std::nullopt, std::nullopt};
  Progress progress;
  progress.loss = kNone;
  if (loss_tokens_ > 0) {
    point.training = progress.loss = loss_sum_ / static_cast<double>(loss_tokens_);
  }
  if (!std::isnan(validation)) point.validation = validation;
  curve_.push_back(point);
  loss_sum_ = 0.0;
  loss_tokens_ = 0;
  progress.step = step_;
  progress.steps = total_steps_;
  progress.rate = rate_;
  progress.gradient_norm = gradient_norm_;
  progress.validation = validation;
  const double span = seconds_since(reported_);
  progress.tokens_per_second = static_cast<double>(tokens_ - reported_tokens_) / span;
  if (step_ > 0) {
    progress.seconds_left =
        seconds() / static_cast<double>(step_) * static_cast<double>(total_steps_ - step_);
  }
  reported_ = Clock::now();
  reported_tokens_ = tokens_;
  if (report_) report_(progress);
}

Result<void> Run::save() {
  Checkpoint c;
  c.settings = fixed_;
  c.step = step_;
  c.total_steps = total_steps_;
  c.seconds = seconds();
  c.tokens = tokens_;
  c.loss_sum = loss_sum_;
  c.loss_tokens = loss_tokens_;
  c.curve = curve_;
  c.weights = to_vector(network_->weights());
  c.first_moment = to_vector(optimiser_->first_moment());
  c.second_moment = to_vector(optimiser_->second_moment());
  if (optimiser_->average().defined()) c.average = to_vector(optimiser_->average());
  return write_checkpoint(settings_.checkpoint, c);
}

void Run::score_test() {
  const auto windows = scoring_windows(*corpus_, catalogue_.vocabulary, corpus::Split::test,
                                       settings_.shape.context);
  if (settings_.test_tokens <= 0 || windows.empty()) return;
  Scoreboard board(*corpus_, catalogue_);
  for (const Batch& batch :
       lay_out(*corpus_, thin(windows, settings_.test_tokens), 64, settings_.shape.context)) {
    each_loss(*network_, batch, settings_.rows, device_,
              [&](std::uint32_t sequence, double nats) { board.add(sequence, nats); });
  }
  test_ = board.scores();
}

Card Run::card() const {
  Card card;
  card.name = settings_.out.filename().string();
  card.shape = settings_.shape;
  card.settings = fixed_;
  card.steps = step_;
  card.tokens = tokens_;
  card.seconds = seconds();
  card.device = settings_.device;
  card.threads = settings_.threads;
  card.libtorch = TORCH_VERSION;
  card.commit = settings_.commit;
  card.corpus = settings_.corpus.filename().string();
  card.catalogue = &catalogue_;
  card.curve = curve_;
  card.test = test_;
  if (!std::isnan(last_validation_)) card.validation = last_validation_;
  return card;
}

Result<void> Run::write_out() {
  const Card made = card();  // before the test is scored, which is no training time
  if (optimiser_->average().defined()) network_->set_weights(to_vector(optimiser_->average()));
  const std::string out = settings_.out.string();
  auto written = write_model(out + ".safetensors", settings_.shape, network_->copy_weights());
  if (written) written = write_file(out + ".png", draw_curve(curve_).png());
  if (!written) return written;
  score_test();
  Card scored = made;
  scored.test = test_;
  return write_file(out + ".json", to_json(scored));
}

Result<FitOutcome> Run::go() {
  if (auto prepared = prepare(); !prepared) return tl::unexpected<Error>(prepared.error());
  start_ = reported_ = Clock::now();
  const auto due = [&](std::int64_t every) { return every > 0 && step_ % every == 0; };
  if (step_ == 0 && settings_.validate_every > 0) {
    validate();
    report(last_validation_);
  }
  while (!stopped() && (total_steps_ == 0 || step_ < total_steps_)) {
    if (step_ == kProbeFrom) probe_ = Clock::now();
    train_step();
    const bool estimate = total_steps_ == 0 && step_ == kProbeSteps;
    if (estimate) estimate_steps();
    const bool last = step_ == total_steps_;
    const bool validating = due(settings_.validate_every) || (last && settings_.validate_every > 0);
    if (validating) validate();
    if (validating || last || due(settings_.report_every)) {
      report(validating ? last_validation_ : kNone);
    }
    if (!last && !estimate && !due(settings_.checkpoint_every)) continue;
    if (auto saved = save(); !saved) return tl::unexpected<Error>(saved.error());
  }
  const bool finished = step_ >= total_steps_ && total_steps_ > 0;
  if (!finished) {
    if (auto saved = save(); !saved) return tl::unexpected<Error>(saved.error());
  }
  FitOutcome outcome{finished, step_, seconds(), last_validation_, std::nullopt};
  if (!finished) return outcome;
  if (auto written = write_out(); !written) return tl::unexpected<Error>(written.error());
  outcome.test = test_;
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
