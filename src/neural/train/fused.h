// Differentiable operations on CPU tensors of float32, made of the loops in kernels.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

namespace cantus::train::fused {

/// x: [rows, width]; gain: [width]
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& gain);

/// What the factors of the large products are rounded to; results, sums and all else are float32.
/// Attention is float32 throughout.
enum class Products { float32, bfloat16 };

/// x · weightᵀ. x: [rows, in]; weight: [out, in]
at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, Products products);

/// relu(x)²
at::Tensor squared_relu(const at::Tensor& x);

struct AttentionInput {
  at::Tensor qkv;      ///< [rows · context, 3 · width]: all queries, all keys, all values
  at::Tensor starts;   ///< int32 [rows · context]
  at::Tensor cosines;  ///< [context, head width / 2]
  at::Tensor sines;
  std::int64_t heads = 1;
};

/// Causal attention within windows, queries and keys turned by RoPE. -> [rows · context, width]
at::Tensor attention(const AttentionInput& input);

/// Sum of -log p(target) times factor; logits = x · embeddingᵀ are never held whole.
/// x: [rows, width]; embedding: [vocabulary, width]; targets: int32 [rows], negative for unscored.
at::Tensor cross_entropy(const at::Tensor& x,
                         const at::Tensor& embedding,
                         const at::Tensor& targets,
                         double factor,
                         Products products);

/// Each row's own -log p(target), 0 where unscored; not differentiable. -> [rows]
at::Tensor token_losses(const at::Tensor& x,
                        const at::Tensor& embedding,
                        const at::Tensor& targets,
                        Products products);

}  // namespace cantus::train::fused
