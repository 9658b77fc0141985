#include "neural/train/throughput.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <ATen/ATen.h>

#include "neural/train/device.h"
#include "neural/train/fit_corpus.h"
#include "neural/train/learner.h"

namespace cantus::train {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRounds = 3;
constexpr std::int64_t kSide = 1024;

double elapsed(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::array<double, kRounds> values) {
  std::ranges::sort(values);
  return values[kRounds / 2];
}

/// Of products of two square matrices, for at least `seconds`.
double matrix_rate(at::Device device, at::ScalarType type, double seconds) {
  const auto options = at::TensorOptions().device(device);
  const at::Tensor a = at::rand({kSide, kSide}, options).to(type);
  const at::Tensor b = at::rand({kSide, kSide}, options).to(type);
  at::Tensor product = at::mm(a, b);
  (void)product[0][0].item();
  std::int64_t products = 0;
  const auto start = Clock::now();
  while (products == 0 || elapsed(start) < seconds) {
    product = at::mm(a, b);
    (void)product[0][0].item();  // waits for other devices
    ++products;
  }
  return 2.0 * static_cast<double>(products * kSide * kSide * kSide) / elapsed(start);
}

/// Training as it goes on from step to step.
class Trainer {
 public:
  Trainer(const FitSettings& settings, at::Device device, BatchesAhead& batches)
      : learner_(settings, device, {}, nullptr), batches_(batches) {}

  Result<double> tokens_a_second(double seconds) {
    std::int64_t tokens = 0;
    const auto start = Clock::now();
    while (tokens == 0 || elapsed(start) < seconds) {
      const Batch& batch = batches_.of_step(static_cast<std::uint64_t>(step_));
      const auto learnt = learner_.learn(batch, step_++, 0, false);
      if (!learnt) return tl::unexpected<Error>(learnt.error());
      tokens += batch.rows * batch.context;
    }
    seconds_ += elapsed(start);
    return static_cast<double>(tokens) / elapsed(start);
  }

  double seconds() const { return seconds_; }

 private:
  Learner learner_;
  BatchesAhead& batches_;
  std::int64_t step_ = 0;
  double seconds_ = 0.0;
};

Result<Throughput> measure(const FitSettings& settings,
                           at::Device device,
                           BatchesAhead& batches,
                           double seconds) {
  Trainer trainer(settings, device, batches);
  if (auto warm = trainer.tokens_a_second(0.0); !warm) return tl::unexpected<Error>(warm.error());
  const double waited = batches.waited_seconds();
  const double before = trainer.seconds();
  std::array<double, kRounds> floats{};
  std::array<double, kRounds> bfloats{};
  std::array<double, kRounds> tokens{};
  for (std::size_t round = 0; round < kRounds; ++round) {
    floats[round] = matrix_rate(device, at::kFloat, seconds / 30.0);
    bfloats[round] = matrix_rate(device, at::kBFloat16, seconds / 30.0);
    const auto speed = trainer.tokens_a_second(seconds / static_cast<double>(kRounds));
    if (!speed) return tl::unexpected<Error>(speed.error());
    tokens[round] = *speed;
  }
  Throughput result;
  result.float_rate = median(floats);
  result.bfloat_rate = median(bfloats);
  result.tokens_a_second = median(tokens);
  result.trained_rate = result.tokens_a_second * operations_a_token(settings.shape);
  result.data_share = (batches.waited_seconds() - waited) / (trainer.seconds() - before);
  result.weights = settings.shape.weights();
  return result;
}

}  // namespace

double operations_a_token(const ModelShape& shape) {
  return 6.0 * static_cast<double>(shape.weights()) +
         6.0 * static_cast<double>(shape.layers * shape.width * shape.context);
}

Result<Throughput> measure_throughput(const FitSettings& asked, double seconds) {
  FitSettings settings = asked;
  if (auto checked = check_settings(settings); !checked) {
    return tl::unexpected<Error>(checked.error());
  }
  const auto device = prepare_device(settings.device, settings.threads);
  if (!device) return tl::unexpected<Error>(device.error());
  FitCorpus corpus;
  settings.validate_tokens = 0;
  auto ready = corpus.open(settings.corpus);
  if (ready) {
    settings.shape.vocabulary = corpus.pack().vocabulary_size();
    ready = check_shape(settings.shape);
  }
  if (ready) ready = corpus.prepare(settings);
  if (!ready) return tl::unexpected<Error>(ready.error());
  try {
    return measure(settings, *device, corpus.batches(), seconds);
  } catch (const std::exception& error) {  // c10::Error among others
    return fail(ErrorCode::invalid_input, std::string("LibTorch: ") + error.what());
  }
}

}  // namespace cantus::train
