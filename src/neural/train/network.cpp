#include "neural/train/network.h"

#include <cmath>

#include <ATen/core/grad_mode.h>
#include <torch/version.h>

#include "base/check.h"
#include "base/random.h"
#include "neural/train/fused.h"

namespace cantus::train {
namespace {

using at::Tensor;

enum Matrix : std::size_t { kQkv, kAttentionOut, kMlpIn, kMlpOut, kMatrices };
enum Gain : std::size_t { kAttentionNorm, kMlpNorm, kGains };

bool starts_at_zero(const std::string& name) {
  return name.ends_with("_out");
}

}  // namespace

BatchTensors BatchTensors::of(const Batch& batch,
                              std::int64_t from,
                              std::int64_t count,
                              at::Device device) {
  const std::int64_t first = from * batch.context;
  const std::int64_t size = count * batch.context;
  const auto tensor = [&](const std::vector<std::int32_t>& ids) {
    return at::from_blob(const_cast<std::int32_t*>(ids.data()) + first, {size}, at::kInt)
        .clone()
        .to(device);
  };
  return {count, batch.context, tensor(batch.inputs).to(at::kLong), tensor(batch.targets),
          tensor(batch.starts)};
}

Network::Network(const ModelShape& shape, const NetworkOptions& options)
    : shape_(shape), options_(options), names_(weight_names(shape)) {
  const auto floats = at::TensorOptions().dtype(at::kFloat).device(options.device);
  weights_ = at::zeros({shape.weights()}, floats);
  gradients_ = at::zeros({shape.weights()}, floats);
  std::int64_t at = 0;
  for (const WeightName& weight : names_) {
    Tensor parameter = weights_.narrow(0, at, weight.size()).view(weight.shape).detach();
    parameter.set_requires_grad(true);
    parameter.mutable_grad() = gradients_.narrow(0, at, weight.size()).view(weight.shape);
    parameters_.push_back(parameter);
    at += weight.size();
    if (weight.shape.size() > 1) matrix_size_ = at;
  }
  prepare_turns(shape.context);
}

void Network::prepare_turns(std::int64_t context) {
  const std::int64_t half = shape_.head_width() / 2;
  Tensor cosines = at::empty({context, half}, at::kFloat);
  Tensor sines = at::empty({context, half}, at::kFloat);
  for (std::int64_t t = 0; t < context; ++t) {
    for (std::int64_t i = 0; i < half; ++i) {
      const double angle = static_cast<double>(t) *
                           std::pow(shape_.rope_base, -2.0 * static_cast<double>(i) /
                                                          static_cast<double>(shape_.head_width()));
      cosines.data_ptr<float>()[t * half + i] = static_cast<float>(std::cos(angle));
      sines.data_ptr<float>()[t * half + i] = static_cast<float>(std::sin(angle));
    }
  }
  cosines_ = cosines.to(options_.device);
  sines_ = sines.to(options_.device);
}

void Network::initialise(std::uint64_t seed, bool all_random) {
  Tensor all = at::ones({shape_.weights()}, at::kFloat);
  std::int64_t at = 0;
  for (const WeightName& weight : names_) {
    auto* values = all.data_ptr<float>() + at;
    at += weight.size();
    if (weight.shape.size() < 2 && !all_random) continue;
    Random random = Random(seed).fork(weight.name);
    double deviation = 0.6 / std::sqrt(static_cast<double>(weight.shape.back()));
    double mean = 0.0;
    if (weight.name == "embedding") deviation = 0.02;
    if (starts_at_zero(weight.name) && !all_random) deviation = 0.0;
    if (weight.shape.size() < 2) {
      mean = 1.0;
      deviation = 0.1;
    }
    if (all_random && weight.name == "embedding") deviation = 0.5;
    for (std::int64_t i = 0; i < weight.size(); ++i) {
      values[i] = static_cast<float>(mean + deviation * random.normal());
    }
  }
  const at::NoGradGuard no_grad;
  weights_.copy_(all);
}

void Network::set_weights(std::span<const float> weights) {
  CANTUS_CHECK(static_cast<std::int64_t>(weights.size()) == shape_.weights());
  const at::NoGradGuard no_grad;
  weights_.copy_(at::from_blob(const_cast<float*>(weights.data()), {shape_.weights()}, at::kFloat));
}

std::vector<float> Network::copy_weights() const {
  const Tensor here = weights_.to(at::kCPU);
  const auto* data = here.data_ptr<float>();
  return {data, data + here.numel()};
}

const Tensor& Network::matrix(std::size_t layer, std::size_t which) const {
  return parameters_[1 + layer * kMatrices + which];
}

const Tensor& Network::gain(std::size_t layer, std::size_t which) const {
  const auto layers = static_cast<std::size_t>(shape_.layers);
  return parameters_[1 + layers * kMatrices + layer * kGains + which];
}

fused::Products Network::products() const {
  return options_.bf16 ? fused::Products::bfloat16 : fused::Products::float32;
}

Tensor Network::linear(const Tensor& x, const Tensor& weight) const {
  if (fused()) return fused::linear(x, weight, products());
  if (!options_.bf16) return at::linear(x, weight);
  return at::linear(x.to(at::kBFloat16), weight.to(at::kBFloat16));
}

Tensor Network::norm(const Tensor& x, const Tensor& gain) const {
  if (fused()) return fused::rms_norm(x, gain);
  return x * at::rsqrt(x.square().mean(-1, true) + 1e-5) * gain;
}

Tensor Network::attend(const Tensor& qkv, const BatchTensors& batch) const {
  if (!fused()) return attend_anywhere(qkv, batch);
  return fused::attention({qkv, batch.starts, cosines_.narrow(0, 0, batch.context),
                           sines_.narrow(0, 0, batch.context), shape_.heads});
}

/// Plain operations, for other devices and precisions.
Tensor Network::attend_anywhere(const Tensor& qkv, const BatchTensors& batch) const {
  const std::int64_t d = shape_.head_width();
  // [part, row, head, position, d]
  const Tensor parts =
      qkv.view({batch.rows, batch.context, 3, shape_.heads, d}).permute({2, 0, 3, 1, 4});
  const Tensor cosines = cosines_.narrow(0, 0, batch.context);
  const Tensor sines = sines_.narrow(0, 0, batch.context);
  const auto turned = [&](const Tensor& x) {
    const auto halves = x.to(at::kFloat).chunk(2, -1);
    return at::cat(
               {halves[0] * cosines - halves[1] * sines, halves[1] * cosines + halves[0] * sines},
               -1)
        .to(qkv.scalar_type());
  };
  const Tensor q = turned(parts[0]);
  const Tensor k = turned(parts[1]);
  const Tensor position = at::arange(batch.context, batch.starts.options());
  const Tensor starts = batch.starts.view({batch.rows, 1, batch.context, 1});
  const Tensor seen = position.view({1, 1, 1, -1}).le(position.view({1, 1, -1, 1})) &
                      position.view({1, 1, 1, -1}).ge(starts);
#if TORCH_VERSION_MAJOR >= 2
  const Tensor out = at::scaled_dot_product_attention(q, k, parts[2], seen);
#else
  const Tensor scores =
      at::matmul(q, k.transpose(-1, -2)).to(at::kFloat) / std::sqrt(static_cast<double>(d));
  const Tensor p = scores.masked_fill(seen.logical_not(), -1e30).softmax(-1);
  const Tensor out = at::matmul(p.to(qkv.scalar_type()), parts[2]);
#endif
  return out.transpose(1, 2).reshape({batch.rows * batch.context, shape_.width});
}

Tensor Network::block(const Tensor& x,
                      std::size_t layer,
                      const BatchTensors& batch,
                      bool training) const {
  const auto dropped = [&](const Tensor& t) {
    return training && options_.dropout > 0.0 ? at::dropout(t, options_.dropout, true) : t;
  };
  const Tensor qkv = linear(norm(x, gain(layer, kAttentionNorm)), matrix(layer, kQkv));
  const Tensor y = x + dropped(linear(attend(qkv, batch), matrix(layer, kAttentionOut)));
  const Tensor hidden = linear(norm(y, gain(layer, kMlpNorm)), matrix(layer, kMlpIn));
  const Tensor active = fused() ? fused::squared_relu(hidden) : at::relu(hidden).square();
  return y + dropped(linear(active, matrix(layer, kMlpOut)));
}

Tensor Network::features(const BatchTensors& batch, bool training) {
  Tensor x = at::embedding(embedding(), batch.inputs);
  for (std::size_t i = 0; i < static_cast<std::size_t>(shape_.layers); ++i) {
    x = block(x, i, batch, training);
  }
  return norm(x, parameters_.back());
}

Tensor Network::loss(const BatchTensors& batch, double factor) {
  const Tensor x = features(batch, true);
  if (fused()) return fused::cross_entropy(x, embedding(), batch.targets, factor, products());
  const Tensor logits = linear(x, embedding()).to(at::kFloat);
  return at::nll_loss(logits.log_softmax(-1), batch.targets.to(at::kLong), {}, at::Reduction::Sum,
                      kUnscored) *
         factor;
}

Tensor Network::token_losses(const BatchTensors& batch) {
  const at::NoGradGuard no_grad;
  const Tensor x = features(batch, false);
  if (fused()) return fused::token_losses(x, embedding(), batch.targets, products());
  const Tensor logits = linear(x, embedding()).to(at::kFloat);
  return at::nll_loss(logits.log_softmax(-1), batch.targets.to(at::kLong), {}, at::Reduction::None,
                      kUnscored)
      .to(at::kCPU);
}

Tensor Network::logits(const BatchTensors& batch) {
  const at::NoGradGuard no_grad;
  return linear(features(batch, false), embedding()).to(at::kFloat);
}

}  // namespace cantus::train
