// The decoder-only Transformer of docs/formats/weights.md, for training.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <ATen/ATen.h>

#include "neural/train/fused.h"
#include "neural/train/model_shape.h"
#include "neural/train/weight_names.h"
#include "neural/train/windows.h"

namespace cantus::train {

/// A batch as tensors on a device.
struct BatchTensors {
  std::int64_t rows = 0;
  std::int64_t context = 0;
  at::Tensor inputs;   ///< int64 [rows · context]
  at::Tensor targets;  ///< int32 [rows · context]
  at::Tensor starts;   ///< int32 [rows · context]

  /// Rows from .. from + count - 1 of the batch.
  static BatchTensors of(const Batch& batch,
                         std::int64_t from,
                         std::int64_t count,
                         at::Device device);
};

struct NetworkOptions {
  at::Device device = at::kCPU;
  bool bf16 = false;     ///< products in bfloat16; weights, norms and loss stay float32
  double dropout = 0.0;  ///< of what each block adds, while training
  bool plain = false;    ///< LibTorch's own operations even where there are fused ones
};

class Network {
 public:
  Network(const ModelShape& shape, const NetworkOptions& options);

  const ModelShape& shape() const { return shape_; }
  std::int64_t matrix_size() const { return matrix_size_; }  ///< weights that decay come first

  at::Tensor& weights() { return weights_; }      ///< [all], one after another; no graph
  at::Tensor& gradients() { return gradients_; }  ///< [all]; backward() adds to it
  const std::vector<at::Tensor>& parameters() const { return parameters_; }

  /// Seeded, the same on every machine. What each block adds begins at zero (as in "Fixup", Zhang
  /// et al. 2019), or, for tests, all matrices are random.
  void initialise(std::uint64_t seed, bool all_random = false);

  /// As many as shape().weights(), in the order of weight_names().
  void set_weights(std::span<const float> weights);
  std::vector<float> copy_weights() const;

  /// Sum of -log p(target) times factor, with a graph.
  at::Tensor loss(const BatchTensors& batch, double factor);

  /// -log p of each target in nats, 0 where unscored, without a graph. [rows · context]
  at::Tensor token_losses(const BatchTensors& batch);

  /// [rows · context, vocabulary], without a graph.
  at::Tensor logits(const BatchTensors& batch);

 private:
  at::Tensor features(const BatchTensors& batch, bool training);
  at::Tensor block(const at::Tensor& x,
                   std::size_t layer,
                   const BatchTensors& batch,
                   bool training) const;
  at::Tensor attend(const at::Tensor& qkv, const BatchTensors& batch) const;
  at::Tensor attend_anywhere(const at::Tensor& qkv, const BatchTensors& batch) const;
  at::Tensor linear(const at::Tensor& x, const at::Tensor& weight) const;
  at::Tensor norm(const at::Tensor& x, const at::Tensor& gain) const;
  void prepare_turns(std::int64_t context);
  bool fused() const { return options_.device.is_cpu() && !options_.plain; }
  fused::Products products() const;

  /// By their place in parameters_.
  const at::Tensor& embedding() const { return parameters_[0]; }
  const at::Tensor& matrix(std::size_t layer, std::size_t which) const;
  const at::Tensor& gain(std::size_t layer, std::size_t which) const;

  ModelShape shape_;
  NetworkOptions options_;
  std::vector<WeightName> names_;
  std::int64_t matrix_size_ = 0;
  at::Tensor weights_;
  at::Tensor gradients_;
  std::vector<at::Tensor> parameters_;  ///< views of weights_ that take part in graphs
  at::Tensor cosines_;                  ///< [context, head width / 2]
  at::Tensor sines_;
};

}  // namespace cantus::train
