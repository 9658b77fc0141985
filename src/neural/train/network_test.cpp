#include "neural/train/network.h"

#include <cmath>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/train/optimiser.h"

namespace cantus::train {
namespace {

ModelShape small_shape() {
  ModelShape shape;
  shape.vocabulary = 29;
  shape.width = 24;
  shape.layers = 2;
  shape.heads = 3;
  shape.hidden = 40;
  shape.context = 150;  // more than one chunk of queries
  return shape;
}

/// Rows with windows of different lengths, one target in five unscored.
Batch random_batch(std::uint64_t seed, std::int64_t rows = 3) {
  Batch batch;
  batch.reset(rows, small_shape().context);
  Random random(seed);
  for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
    batch.inputs[i] = static_cast<std::int32_t>(random.below(29));
    batch.targets[i] =
        random.below(5) == 0 ? kUnscored : static_cast<std::int32_t>(random.below(29));
    batch.scored += batch.targets[i] == kUnscored ? 0 : 1;
    const std::size_t position = i % 150;
    batch.starts[i] = position < 17 ? 0 : position < 140 ? 17 : static_cast<std::int32_t>(position);
  }
  return batch;
}

BatchTensors tensors(const Batch& batch) {
  return BatchTensors::of(batch, 0, batch.rows, at::kCPU);
}

struct LossAndGradients {
  double loss = 0.0;
  std::vector<float> gradients;
};

LossAndGradients differentiate(const NetworkOptions& options, const Batch& batch) {
  Network network(small_shape(), options);
  network.initialise(5, true);
  const at::Tensor loss = network.loss(tensors(batch), 0.01);
  loss.backward();
  const auto* g = network.gradients().data_ptr<float>();
  return {loss.item<double>(), {g, g + network.gradients().numel()}};
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0.0;
  double size = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    size += std::pow(static_cast<double>(b[i]), 2);
  }
  return std::sqrt(difference / size);
}

TEST(Network, FusedOperationsAgreeWithLibTorchsOwn) {
  at::set_num_threads(1);
  const Batch batch = random_batch(1);
  const LossAndGradients fused = differentiate({}, batch);
  NetworkOptions options;
  options.plain = true;
  const LossAndGradients plain = differentiate(options, batch);
  EXPECT_NEAR(fused.loss, plain.loss, 1e-5 * plain.loss);
  EXPECT_LT(distance(fused.gradients, plain.gradients), 1e-5);
}

TEST(Network, TheGradientIsTheSlopeOfTheLoss) {
  const Batch batch = random_batch(2, 1);
  Network network(small_shape(), {});
  network.initialise(5, true);
  network.loss(tensors(batch), 1.0).backward();
  const at::Tensor direction = network.gradients().clone();
  const double slope = direction.square().sum().item<double>();
  const auto loss_at = [&](double step) {
    const at::NoGradGuard no_grad;
    network.weights().add_(direction, step);
    const double loss = network.loss(tensors(batch), 1.0).item<double>();
    network.weights().add_(direction, -step);
    return loss;
  };
  const double step = 1e-2 / std::sqrt(slope);
  EXPECT_NEAR((loss_at(step) - loss_at(-step)) / (2 * step) / slope, 1.0, 0.02);
}

TEST(Network, Bfloat16IsNearFloat32) {
  const Batch batch = random_batch(1);
  const LossAndGradients exact = differentiate({}, batch);
  NetworkOptions options;
  options.bf16 = true;
  const LossAndGradients rough = differentiate(options, batch);
  EXPECT_NEAR(rough.loss, exact.loss, 0.02 * exact.loss);
  EXPECT_LT(distance(rough.gradients, exact.gradients), 0.1);
}

TEST(Network, FusedProductsInBfloat16AgreeWithLibTorchsOwn) {
  const Batch batch = random_batch(1);
  NetworkOptions options;
  options.bf16 = true;
  const LossAndGradients fused = differentiate(options, batch);
  EXPECT_NE(fused.loss, differentiate({}, batch).loss);
  options.plain = true;
  const LossAndGradients plain = differentiate(options, batch);
  EXPECT_NEAR(fused.loss, plain.loss, 0.005 * plain.loss);
  EXPECT_LT(distance(fused.gradients, plain.gradients), 0.05);
}

TEST(Network, APositionSeesOnlyItsOwnWindowsPast) {
  Batch batch = random_batch(3, 1);
  Network network(small_shape(), {});
  network.initialise(5, true);
  const at::Tensor before = network.logits(tensors(batch));
  batch.inputs[100] = (batch.inputs[100] + 1) % 29;  // in the window 17 .. 139
  const at::Tensor after = network.logits(tensors(batch));
  const auto changed = [&](std::int64_t position) {
    return (before[position] - after[position]).abs().max().item<double>() > 0.0;
  };
  for (const std::int64_t position : {0, 16, 17, 50, 99, 140, 149})
    EXPECT_FALSE(changed(position));
  for (const std::int64_t position : {100, 101, 139})
    EXPECT_TRUE(changed(position));
}

TEST(Network, AWindowIsLikelyTheSameWhereverItLies) {
  Network network(small_shape(), {});
  network.initialise(5, true);
  Batch batch;
  batch.reset(1, 150);
  for (std::size_t i = 0; i < 20; ++i) {
    batch.inputs[i] = batch.inputs[100 + i] = static_cast<std::int32_t>(i);
    batch.starts[i] = 0;
    batch.starts[100 + i] = 100;
  }
  const at::Tensor logits = network.logits(tensors(batch));
  EXPECT_LT((logits.narrow(0, 0, 20) - logits.narrow(0, 100, 20)).abs().max().item<double>(), 1e-4);
}

TEST(Network, TokenLossesAddUpToTheLoss) {
  const Batch batch = random_batch(4);
  Network network(small_shape(), {});
  network.initialise(5, true);
  const at::Tensor losses = network.token_losses(tensors(batch));
  EXPECT_NEAR(losses.sum().item<double>(), network.loss(tensors(batch), 1.0).item<double>(), 0.05);
  for (std::size_t i = 0; i < batch.targets.size(); ++i) {
    const double loss = losses[static_cast<std::int64_t>(i)].item<double>();
    EXPECT_EQ(loss > 0.0, batch.targets[i] != kUnscored);
  }
}

TEST(Network, AnUntrainedOneGuessesNearlyUniformly) {
  const Batch batch = random_batch(4);
  Network network(small_shape(), {});
  network.initialise(5);
  const double loss =
      network.loss(tensors(batch), 1.0 / static_cast<double>(batch.scored)).item<double>();
  EXPECT_NEAR(loss, std::log(29.0), 0.05);
}

TEST(RateSchedule, RisesInALineAndFallsInHalfACosine) {
  EXPECT_DOUBLE_EQ(rate_at(1.0, 0, 10, 110), 0.1);
  EXPECT_DOUBLE_EQ(rate_at(1.0, 9, 10, 110), 1.0);
  EXPECT_DOUBLE_EQ(rate_at(1.0, 10, 10, 110), 1.0);
  EXPECT_NEAR(rate_at(1.0, 60, 10, 110), 0.51, 1e-12);
  EXPECT_NEAR(rate_at(1.0, 110, 10, 110), 0.02, 1e-12);
  EXPECT_NEAR(rate_at(1.0, 500, 10, 110), 0.02, 1e-12);
}

TEST(AdamW, TheFirstStepIsTheRateInTheGradientsDirection) {
  Network network(small_shape(), {});
  network.initialise(5, true);
  OptimiserSettings settings;
  settings.weight_decay = 0.0;
  settings.clip = 1e9;
  Optimiser optimiser(network, settings);
  const at::Tensor before = network.weights().clone();
  network.gradients().fill_(0.5);
  network.gradients()[0] = -2.0;
  optimiser.step(0.01, 0);
  const at::Tensor change = network.weights() - before;
  EXPECT_NEAR(change[0].item<double>(), 0.01, 1e-6);
  EXPECT_NEAR(change[1].item<double>(), -0.01, 1e-6);
  EXPECT_EQ(network.gradients().abs().max().item<double>(), 0.0);
}

TEST(AdamW, OnlyMatricesDecay) {
  Network network(small_shape(), {});
  network.initialise(5, true);
  OptimiserSettings settings;
  settings.weight_decay = 0.5;
  Optimiser optimiser(network, settings);
  const at::Tensor before = network.weights().clone();
  optimiser.step(0.1, 0);
  const at::Tensor ratio = network.weights() / before;
  EXPECT_NEAR(ratio[0].item<double>(), 0.95, 1e-6);
  EXPECT_EQ(ratio[-1].item<double>(), 1.0);
}

TEST(AdamW, AGradientThatIsNotANumberChangesNothing) {
  Network network(small_shape(), {});
  network.initialise(5, true);
  Optimiser optimiser(network, {});
  const at::Tensor before = network.weights().clone();
  network.gradients()[3] = std::nan("");
  optimiser.step(0.1, 0);
  EXPECT_TRUE(at::equal(before, network.weights()));
  EXPECT_EQ(network.gradients().abs().max().item<double>(), 0.0);
}

}  // namespace
}  // namespace cantus::train
