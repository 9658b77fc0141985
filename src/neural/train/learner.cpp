#include "neural/train/learner.h"

#include <algorithm>
#include <limits>
#include <string>

#include "base/random.h"
#include "neural/train/likelihood.h"

namespace cantus::train {
namespace {

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

}  // namespace

Learner::Learner(const FitSettings& settings,
                 at::Device device,
                 const std::vector<float>& weights,
                 Workers* workers)
    : settings_(settings),
      device_(device),
      workers_(workers),
      network_(settings.shape,
               NetworkOptions{device, settings.precision == "bf16", settings.dropout}) {
  if (weights.empty())
    network_.initialise(settings.seed);
  else
    network_.set_weights(weights);
  OptimiserSettings optimiser;
  optimiser.weight_decay = settings.weight_decay;
  optimiser.average = settings.average;
  optimiser_.emplace(network_, optimiser);
  if (settings.low_rank > 0) {
    low_rank_ = std::make_unique<LowRank>(network_, settings.low_rank, settings.seed);
  }
  if (workers != nullptr) {
    sums_ = std::make_unique<GradientSums>(*workers, network_.parameters(), network_.gradients());
  }
}

void Learner::seed_dropout(std::int64_t step) const {
  if (settings_.dropout <= 0.0) return;
  std::string name = "dropout of step " + std::to_string(step);
  if (workers_ != nullptr) name += " at worker " + std::to_string(workers_->place().rank);
  at::manual_seed(Random(settings_.seed).fork(name).next());
}

double Learner::learn_own(const Batch& batch, double factor) {
  double loss = 0.0;
  for (std::int64_t row = 0; row < batch.rows; row += settings_.rows) {
    const std::int64_t count = std::min(settings_.rows, batch.rows - row);
    at::Tensor part = network_.loss(BatchTensors::of(batch, row, count, device_), factor);
    if (sums_ && row + count == batch.rows) sums_->arm();
    part.backward();
    loss += part.item<double>();
  }
  return loss;
}

Result<LearntStep> Learner::learn(const Batch& batch,
                                  std::int64_t step,
                                  std::int64_t total_steps,
                                  bool stop) {
  seed_dropout(step);
  const double factor = 1.0 / static_cast<double>(std::max<std::int64_t>(batch.scored, 1));
  LearntStep learnt;
  if (workers_ == nullptr) {
    learnt.loss = learn_own(batch, factor);
    learnt.stop = stop;
  } else {
    const Place& place = workers_->place();
    const double own = learn_own(batch.every(place.rank, place.size), factor);
    const at::Tensor tally = at::tensor({own, stop ? 1.0 : 0.0}, at::kDouble);
    workers_->start_sum(tally);
    if (auto summed = sums_->finish(); !summed) return tl::unexpected<Error>(summed.error());
    learnt.loss = tally[0].item<double>();
    learnt.stop = tally[1].item<double>() > 0.0;
  }
  learnt.rate = rate_at(settings_.rate, step, settings_.warmup,
                        total_steps > 0 ? total_steps : std::numeric_limits<std::int32_t>::max());
  learnt.gradient_norm =
      low_rank_ ? low_rank_->step(learnt.rate, step) : optimiser_->step(learnt.rate, step);
  return learnt;
}

Result<double> Learner::validate(const std::vector<Batch>& batches) {
  at::Tensor kept;
  if (optimiser_->average().defined()) {
    kept = network_.weights().clone();
    settle();
  }
  const auto size = static_cast<std::size_t>(workers_ != nullptr ? workers_->place().size : 1);
  auto own = static_cast<std::size_t>(workers_ != nullptr ? workers_->place().rank : 0);
  double nats = 0.0;
  std::int64_t tokens = 0;
  for (; own < batches.size(); own += size) {
    each_loss(network_, batches[own], settings_.rows, device_, [&](std::uint32_t, double loss) {
      nats += loss;
      ++tokens;
    });
  }
  if (kept.defined()) {
    const at::NoGradGuard no_grad;
    network_.weights().copy_(kept);
  }
  const at::Tensor tally = at::tensor({nats, static_cast<double>(tokens)}, at::kDouble);
  if (workers_ != nullptr) {
    if (auto summed = workers_->sum(tally); !summed) return tl::unexpected<Error>(summed.error());
  }
  return tally[0].item<double>() / std::max(tally[1].item<double>(), 1.0);
}

void Learner::keep_in(Checkpoint& checkpoint) {
  checkpoint.weights = to_vector(network_.weights());
  checkpoint.first_moment = to_vector(optimiser_->first_moment());
  checkpoint.second_moment = to_vector(optimiser_->second_moment());
  if (optimiser_->average().defined()) checkpoint.average = to_vector(optimiser_->average());
}

Result<void> Learner::restore(const Checkpoint& c) {
  const auto size = static_cast<std::size_t>(settings_.shape.weights());
  const std::size_t averages = settings_.average > 0.0 ? size : 0;
  if (c.weights.size() != size || c.first_moment.size() != size || c.second_moment.size() != size ||
      c.average.size() != averages) {
    return fail(ErrorCode::invalid_input, "has tensors of a wrong size");
  }
  copy_into(network_.weights(), c.weights);
  copy_into(optimiser_->first_moment(), c.first_moment);
  copy_into(optimiser_->second_moment(), c.second_moment);
  if (averages > 0) copy_into(optimiser_->average(), c.average);
  return {};
}

Result<void> Learner::copy_from_first() {
  if (workers_ == nullptr) return {};
  auto copied = workers_->copy_from_first(network_.weights());
  if (copied) copied = workers_->copy_from_first(optimiser_->first_moment());
  if (copied) copied = workers_->copy_from_first(optimiser_->second_moment());
  if (copied && optimiser_->average().defined()) {
    copied = workers_->copy_from_first(optimiser_->average());
  }
  return copied;
}

void Learner::settle() {
  if (!optimiser_->average().defined()) return;
  const at::NoGradGuard no_grad;
  network_.weights().copy_(optimiser_->average());
}

}  // namespace cantus::train
