#include "neural/train/optimiser.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include "neural/train/kernels.h"

namespace cantus::train {
namespace {

constexpr double kEpsilon = 1e-9;
constexpr double kLastRate = 0.02;  // of the peak
constexpr std::int64_t kGrain = 1 << 16;

}  // namespace

double rate_at(double peak, std::int64_t step, std::int64_t warmup, std::int64_t total) {
  if (step < warmup) return peak * static_cast<double>(step + 1) / static_cast<double>(warmup);
  const auto rest = static_cast<double>(std::max<std::int64_t>(total - warmup, 1));
  const double at = std::min(static_cast<double>(step - warmup) / rest, 1.0);
  return peak * (kLastRate + (1.0 - kLastRate) * 0.5 * (1.0 + std::cos(std::numbers::pi * at)));
}

Optimiser::Optimiser(Network& network, const OptimiserSettings& settings)
    : network_(network),
      settings_(settings),
      first_(at::zeros_like(network.weights())),
      second_(at::zeros_like(network.weights())) {
  if (settings.average > 0.0) average_ = network.weights().clone();
}

double Optimiser::step(double rate, std::int64_t step) {
  const at::NoGradGuard no_grad;
  at::Tensor& gradients = network_.gradients();
  const bool cpu = gradients.is_cpu();
  const double norm =
      cpu ? std::sqrt(kernels::sum_of_squares(gradients.data_ptr<float>(), gradients.numel()))
          : gradients.norm().item<double>();
  const double scale = norm > settings_.clip ? settings_.clip / norm : 1.0;
  if (std::isfinite(norm)) {
    if (cpu)
      step_on_cpu(rate, scale, step);
    else
      step_anywhere(rate, scale, step);
  }
  gradients.zero_();
  return norm;
}

void Optimiser::step_on_cpu(double rate, double gradient_scale, std::int64_t step) {
  const auto number = static_cast<double>(step + 1);
  kernels::AdamStep adam{};
  adam.rate = static_cast<float>(rate);
  adam.beta1 = static_cast<float>(settings_.beta1);
  adam.beta2 = static_cast<float>(settings_.beta2);
  adam.correction1 = static_cast<float>(1.0 - std::pow(settings_.beta1, number));
  adam.correction2 = static_cast<float>(1.0 - std::pow(settings_.beta2, number));
  adam.gradient_scale = static_cast<float>(gradient_scale);
  adam.epsilon = static_cast<float>(kEpsilon);
  auto* weights = network_.weights().data_ptr<float>();
  const auto apply = [&](std::int64_t first, std::int64_t last, double decay) {
    kernels::AdamStep part = adam;
    part.decay = static_cast<float>(decay * rate);
    at::parallel_for(first, last, kGrain, [&](std::int64_t from, std::int64_t to) {
      kernels::adam(part, weights + from, network_.gradients().data_ptr<float>() + from,
                    first_.data_ptr<float>() + from, second_.data_ptr<float>() + from, to - from);
    });
  };
  apply(0, network_.matrix_size(), settings_.weight_decay);
  apply(network_.matrix_size(), network_.weights().numel(), 0.0);
  if (!average_.defined()) return;
  kernels::approach(average_.data_ptr<float>(), weights,
                    static_cast<float>(1.0 - settings_.average), average_.numel());
}

void Optimiser::step_anywhere(double rate, double gradient_scale, std::int64_t step) {
  const auto number = static_cast<double>(step + 1);
  const at::Tensor g = network_.gradients() * gradient_scale;
  first_.mul_(settings_.beta1).add_(g, 1.0 - settings_.beta1);
  second_.mul_(settings_.beta2).addcmul_(g, g, 1.0 - settings_.beta2);
  const double correction1 = 1.0 - std::pow(settings_.beta1, number);
  const double correction2 = 1.0 - std::pow(settings_.beta2, number);
  const at::Tensor spread = (second_ / correction2).sqrt_().add_(kEpsilon);
  network_.weights().narrow(0, 0, network_.matrix_size()).mul_(1.0 - rate * settings_.weight_decay);
  network_.weights().addcdiv_(first_, spread, -rate / correction1);
  if (average_.defined()) average_.lerp_(network_.weights(), 1.0 - settings_.average);
}

}  // namespace cantus::train
