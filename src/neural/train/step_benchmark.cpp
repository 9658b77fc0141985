#include "neural/train/step_benchmark.h"

#include <chrono>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>

#include "base/random.h"
#include "neural/train/device.h"
#include "neural/train/network.h"
#include "neural/train/optimiser.h"

namespace cantus::train {
namespace {

using at::Tensor;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The network's step with kept keys and values, as one would write it in LibTorch.
class CachedStep {
 public:
  explicit CachedStep(Network& network)
      : shape_(network.shape()), p_(network.parameters()), cache_(2 * layers()) {
    for (Tensor& kept : cache_) {
      kept = at::empty({shape_.heads, shape_.context, shape_.head_width()}, at::kFloat);
    }
    const std::int64_t half = shape_.head_width() / 2;
    frequencies_ =
        at::pow(shape_.rope_base, at::arange(half, at::kDouble) / -static_cast<double>(half));
  }

  Tensor step(std::int64_t token) {
    Tensor x = p_[0][token].unsqueeze(0);
    for (std::size_t i = 0; i < layers(); ++i) {
      x = x + at::linear(attend(at::linear(norm(x, gain(i, 0)), p_[1 + 4 * i]), i), p_[2 + 4 * i]);
      const Tensor hidden = at::linear(norm(x, gain(i, 1)), p_[3 + 4 * i]);
      x = x + at::linear(at::relu(hidden).square(), p_[4 + 4 * i]);
    }
    ++position_;
    return at::linear(norm(x, p_.back()), p_[0]);
  }

 private:
  std::size_t layers() const { return static_cast<std::size_t>(shape_.layers); }
  const Tensor& gain(std::size_t layer, std::size_t which) const {
    return p_[1 + 4 * layers() + 2 * layer + which];
  }
  static Tensor norm(const Tensor& x, const Tensor& gain) {
    return x * at::rsqrt(x.square().mean(-1, true) + 1e-5) * gain;
  }
  Tensor turned(const Tensor& x) const {
    const Tensor angles = (frequencies_ * static_cast<double>(position_)).to(at::kFloat);
    const auto halves = x.chunk(2, -1);
    return at::cat({halves[0] * angles.cos() - halves[1] * angles.sin(),
                    halves[1] * angles.cos() + halves[0] * angles.sin()},
                   -1);
  }
  Tensor attend(const Tensor& qkv, std::size_t layer) {
    const Tensor parts = qkv.view({3, shape_.heads, 1, shape_.head_width()});
    Tensor& keys = cache_[2 * layer];
    Tensor& values = cache_[2 * layer + 1];
    keys.narrow(1, position_, 1).copy_(turned(parts[1]));
    values.narrow(1, position_, 1).copy_(parts[2]);
    const Tensor scores =
        at::matmul(turned(parts[0]), keys.narrow(1, 0, position_ + 1).transpose(1, 2));
    const Tensor p = (scores / std::sqrt(static_cast<double>(shape_.head_width()))).softmax(-1);
    return at::matmul(p, values.narrow(1, 0, position_ + 1)).view({1, shape_.width});
  }

  ModelShape shape_;
  const std::vector<Tensor>& p_;
  std::vector<Tensor> cache_;  ///< keys, values of each layer: [head, position, head width]
  Tensor frequencies_;
  std::int64_t position_ = 0;
};

Tensor recompute(Network& network, const std::vector<std::int64_t>& tokens) {
  const auto size = static_cast<std::int64_t>(tokens.size());
  return network.logits({1, size, at::tensor(tokens, at::kLong), at::zeros({size}, at::kInt),
                         at::zeros({size}, at::kInt)});
}

void measure_continuation(Network& network, std::int64_t count, StepSpeeds& speeds) {
  const at::NoGradGuard no_grad;
  Random random(3);
  std::vector<std::int64_t> tokens;
  CachedStep cached(network);
  Tensor last;
  auto start = Clock::now();
  for (std::int64_t i = 0; i < count; ++i) {
    tokens.push_back(static_cast<std::int64_t>(
        random.below(static_cast<std::uint64_t>(network.shape().vocabulary))));
    last = cached.step(tokens.back());
  }
  speeds.cached_tokens_a_second = static_cast<double>(count) / seconds_since(start);
  start = Clock::now();
  std::vector<std::int64_t> growing;
  Tensor again;
  for (const std::int64_t token : tokens) {
    growing.push_back(token);
    again = recompute(network, growing);
  }
  speeds.recomputed_tokens_a_second = static_cast<double>(count) / seconds_since(start);
  speeds.largest_difference = (again[-1] - last[0]).abs().max().item<double>();
}

void measure_training(Network& network, const StepBenchmarkSettings& s, StepSpeeds& speeds) {
  Optimiser optimiser(network, {});
  Batch batch;
  batch.reset(s.rows, s.shape.context);
  Random random(4);
  for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
    batch.inputs[i] =
        static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(s.shape.vocabulary)));
    batch.targets[i] = batch.inputs[i];
    batch.starts[i] = 0;
  }
  const double factor = 1.0 / static_cast<double>(s.batch * s.shape.context);
  std::int64_t steps = 0;
  const auto start = Clock::now();
  while (steps == 0 || seconds_since(start) < s.seconds) {
    for (std::int64_t row = 0; row < s.batch; row += s.rows) {
      network.loss(BatchTensors::of(batch, 0, s.rows, at::kCPU), factor).backward();
    }
    optimiser.step(1e-4, steps++);
  }
  speeds.training_tokens_a_second =
      static_cast<double>(steps * s.batch * s.shape.context) / seconds_since(start);
}

}  // namespace

Result<StepSpeeds> benchmark_steps(const StepBenchmarkSettings& settings) {
  if (auto checked = check_shape(settings.shape); !checked) {
    return tl::unexpected<Error>(checked.error());
  }
  if (settings.tokens < 1 || settings.tokens > settings.shape.context) {
    return fail(ErrorCode::invalid_input, "--tokens must be 1 to the context");
  }
  if (settings.rows < 1 || settings.batch < 1) {
    return fail(ErrorCode::invalid_input, "--batch and --rows must be at least 1");
  }
  if (auto device = prepare_device("cpu", settings.threads); !device) {
    return tl::unexpected<Error>(device.error());
  }
  try {
    StepSpeeds speeds;
    Network network(settings.shape, {});
    network.initialise(1, true);
    measure_continuation(network, settings.tokens, speeds);
    measure_training(network, settings, speeds);
    return speeds;
  } catch (const std::exception& error) {  // c10::Error among others
    return fail(ErrorCode::invalid_input, std::string("LibTorch: ") + error.what());
  }
}

}  // namespace cantus::train
