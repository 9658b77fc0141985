#include "neural/train/performer/learning_net.h"

#include <torch/torch.h>

namespace cantus::performer {
namespace {

using torch::Tensor;

constexpr double kKept = 0.998;  // of the running average, a step

Tensor drawn(std::int64_t inputs, std::int64_t outputs, double gain) {
  const double deviation = gain / std::sqrt(static_cast<double>(inputs));
  return (torch::randn({inputs, outputs}) * deviation).set_requires_grad(true);
}

std::vector<float> floats(const Tensor& tensor) {
  const Tensor plain = tensor.detach().contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

Tensor rows(std::span<const float> values, std::int64_t columns) {
  return torch::from_blob(const_cast<float*>(values.data()),
                          {static_cast<std::int64_t>(values.size()) / columns, columns});
}

/// log of a Laplace density's scale, and the deviation in that scale: y0 and y1 as in
/// touch::expected_from.
Tensor laplace(const Tensor& target, const Tensor& middle, const Tensor& log_spread) {
  const Tensor log = log_spread.clamp(-3.0, 1.5);
  return log + (target - middle).abs() * torch::exp(-log);
}

touch::TouchWeights stored(const std::vector<Tensor>& tensors) {
  touch::TouchWeights weights;
  weights.first = floats(tensors[0]);
  weights.first_bias = floats(tensors[1]);
  weights.second = floats(tensors[2]);
  weights.second_bias = floats(tensors[3]);
  weights.out = floats(tensors[4]);
  weights.out_bias = floats(tensors[5]);
  weights.shares.assign(6, 0.0F);
  weights.centres.assign(touch::kBands + 2, 0.0F);
  return weights;
}

}  // namespace

struct LearningNet::Network {
  std::vector<Tensor> tensors;  // as in TouchWeights: first, its bias, second, ...
  std::vector<Tensor> average;
  std::unique_ptr<torch::optim::AdamW> optimiser;

  Tensor forward(const Tensor& features, double drop) const {
    const bool training = drop > 0.0;
    Tensor x = torch::relu(features.mm(tensors[0]) + tensors[1]);
    x = torch::dropout(x, drop, training);
    x = torch::relu(x.mm(tensors[2]) + tensors[3]);
    x = torch::dropout(x, drop, training);
    return x.mm(tensors[4]) + tensors[5];
  }
};

LearningNet::LearningNet(std::uint64_t seed) : network_(std::make_unique<Network>()) {
  torch::manual_seed(seed);
  const auto zeros = [](std::int64_t n) { return torch::zeros({n}).set_requires_grad(true); };
  network_->tensors = {drawn(touch::kFeatures, touch::kHidden, 2.0), zeros(touch::kHidden),
                       drawn(touch::kHidden, touch::kHidden, 1.4),   zeros(touch::kHidden),
                       drawn(touch::kHidden, touch::kOutputs, 0.5),  zeros(touch::kOutputs)};
  for (const Tensor& tensor : network_->tensors)
    network_->average.push_back(tensor.detach().clone());
  network_->optimiser = std::make_unique<torch::optim::AdamW>(network_->tensors);
}

LearningNet::~LearningNet() = default;
LearningNet::LearningNet(LearningNet&&) noexcept = default;

double LearningNet::learn(const Batch& batch, double rate, double decay, double drop) {
  for (auto& group : network_->optimiser->param_groups()) {
    auto& options = static_cast<torch::optim::AdamWOptions&>(group.options());
    options.lr(rate);
    options.weight_decay(decay);
  }
  const Tensor y = network_->forward(rows(batch.features, touch::kFeatures), drop);
  const Tensor played = rows(batch.played, 2);
  const Tensor velocity = (played.select(1, 0) - 64.0) / 32.0;
  const Tensor late = played.select(1, 1) / 10.0;
  const Tensor loss = (laplace(velocity, y.select(1, 0), y.select(1, 1)) +
                       laplace(late, y.select(1, 2), y.select(1, 3)))
                          .mean();
  network_->optimiser->zero_grad();
  loss.backward();
  network_->optimiser->step();
  const torch::NoGradGuard no_gradients;
  for (std::size_t i = 0; i < network_->tensors.size(); ++i)
    network_->average[i].mul_(kKept).add_(network_->tensors[i], 1.0 - kKept);
  return loss.item<double>();
}

std::vector<float> LearningNet::outputs(std::span<const float> features) {
  const torch::NoGradGuard no_gradients;
  return floats(network_->forward(rows(features, touch::kFeatures), 0.0));
}

touch::TouchWeights LearningNet::weights() const {
  return stored(network_->tensors);
}

touch::TouchWeights LearningNet::average() const {
  return stored(network_->average);
}

}  // namespace cantus::performer
