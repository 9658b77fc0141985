#include "neural/train/low_rank.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <ATen/core/grad_mode.h>

#include "base/random.h"

namespace cantus::train {
namespace {

constexpr double kFirst = 0.9;  // moments as the optimiser's
constexpr double kSecond = 0.98;
constexpr double kScale = 2.0;  // of the change

at::Tensor random_matrix(std::int64_t rows, std::int64_t columns, Random random) {
  at::Tensor values = at::empty({rows, columns}, at::kFloat);
  for (std::int64_t i = 0; i < values.numel(); ++i)
    values.data_ptr<float>()[i] =
        static_cast<float>(random.normal() / std::sqrt(static_cast<double>(columns)));
  return values;
}

}  // namespace

LowRank::LowRank(Network& network, std::int64_t rank, std::uint64_t seed) : network_(network) {
  for (const at::Tensor& parameter : network.parameters()) {
    if (parameter.dim() < 2) continue;
    Matrix m;
    m.weight = parameter.detach();
    m.gradient = parameter.grad();
    m.base = m.weight.clone();
    const auto options = m.weight.options();
    const Random random = Random(seed).fork("low rank " + std::to_string(matrices_.size()));
    m.up.value = at::zeros({m.weight.size(0), rank}, options);
    m.down.value = random_matrix(rank, m.weight.size(1), random).to(m.weight.device());
    for (Factor* factor : {&m.up, &m.down}) {
      factor->first = at::zeros_like(factor->value);
      factor->second = at::zeros_like(factor->value);
    }
    matrices_.push_back(std::move(m));
  }
}

void LowRank::Factor::learn(const at::Tensor& gradient, double rate, std::int64_t step) {
  first.mul_(kFirst).add_(gradient, 1.0 - kFirst);
  second.mul_(kSecond).addcmul_(gradient, gradient, 1.0 - kSecond);
  const auto number = static_cast<double>(step + 1);
  const at::Tensor spread = (second / (1.0 - std::pow(kSecond, number))).sqrt_().add_(1e-9);
  value.addcdiv_(first, spread, -rate / (1.0 - std::pow(kFirst, number)));
}

double LowRank::step(double rate, std::int64_t step) {
  const at::NoGradGuard no_grad;
  const double norm = network_.gradients().norm().item<double>();
  const double scale = kScale / std::max(norm, 1.0);
  for (Matrix& m : matrices_) {
    const at::Tensor gradient = m.gradient * scale;
    const at::Tensor up = at::mm(gradient, m.down.value.t());
    const at::Tensor down = at::mm(m.up.value.t(), gradient);
    m.up.learn(up, rate, step);
    m.down.learn(down, rate, step);
    m.weight.copy_(at::addmm(m.base, m.up.value, m.down.value, 1.0, kScale));
  }
  network_.gradients().zero_();
  return norm;
}

}  // namespace cantus::train
