#include "neural/train/fused.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "neural/train/kernels.h"

namespace cantus::train::fused {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

constexpr std::int64_t kGrain = 16384;     // floats a thread takes at least
constexpr std::int64_t kQueryChunk = 128;  // queries whose scores stay in the cache
constexpr std::int64_t kLogitRows = 256;

std::int64_t row_grain(std::int64_t width) {
  return std::max<std::int64_t>(1, kGrain / width);
}

class RmsNorm : public Function<RmsNorm> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& gain) {
    const std::int64_t rows = x.size(0);
    const std::int64_t width = x.size(1);
    Tensor y = at::empty_like(x);
    Tensor inverse = at::empty({rows}, x.options());
    at::parallel_for(0, rows, row_grain(width), [&](std::int64_t from, std::int64_t to) {
      kernels::rms_norm(x.data_ptr<float>() + from * width, gain.data_ptr<float>(),
                        y.data_ptr<float>() + from * width, inverse.data_ptr<float>() + from,
                        to - from, width);
    });
    context->save_for_backward({x, gain, inverse});
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor& x = saved[0];
    const Tensor dy = gradients[0].contiguous();
    const std::int64_t rows = x.size(0);
    const std::int64_t width = x.size(1);
    Tensor dx = at::empty_like(x);
    Tensor d_gain = at::zeros({at::get_num_threads(), width}, x.options());
    at::parallel_for(0, rows, row_grain(width), [&](std::int64_t from, std::int64_t to) {
      kernels::rms_norm_backward(
          x.data_ptr<float>() + from * width, saved[1].data_ptr<float>(),
          saved[2].data_ptr<float>() + from, dy.data_ptr<float>() + from * width,
          dx.data_ptr<float>() + from * width,
          d_gain.data_ptr<float>() + at::get_thread_num() * width, to - from, width);
    });
    return {dx, d_gain.size(0) == 1 ? d_gain[0] : d_gain.sum(0)};
  }
};

/// As it goes into products.
Tensor rounded(const Tensor& x, Products products) {
  return x.to(products == Products::bfloat16 ? at::kBFloat16 : at::kFloat);
}

Tensor product(const Tensor& a, const Tensor& b) {
  return at::mm(a, b).to(at::kFloat);
}

class Linear : public Function<Linear> {
 public:
  static Tensor forward(AutogradContext* context,
                        const Tensor& x,
                        const Tensor& weight,
                        Products products) {
    const Tensor input = rounded(x, products);
    const Tensor matrix = rounded(weight, products);
    context->save_for_backward({input, matrix});
    context->saved_data["products"] = static_cast<std::int64_t>(products);
    return product(input, matrix.t());
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor dy =
        rounded(gradients[0].contiguous(), Products(context->saved_data["products"].toInt()));
    return {product(dy, saved[1]), product(dy.t(), saved[0]), Tensor()};
  }
};

class SquaredRelu : public Function<SquaredRelu> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    context->save_for_backward({x});
    Tensor y = at::empty_like(x);
    at::parallel_for(0, x.numel(), kGrain, [&](std::int64_t from, std::int64_t to) {
      kernels::squared_relu(x.data_ptr<float>() + from, y.data_ptr<float>() + from, to - from);
    });
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor& x = saved[0];
    const Tensor dy = gradients[0].contiguous();
    Tensor dx = at::empty_like(x);
    at::parallel_for(0, x.numel(), kGrain, [&](std::int64_t from, std::int64_t to) {
      kernels::squared_relu_backward(x.data_ptr<float>() + from, dy.data_ptr<float>() + from,
                                     dx.data_ptr<float>() + from, to - from);
    });
    return {dx};
  }
};

/// A view of floats that lie `stride` apart row by row.
Tensor matrix(float* data, std::int64_t rows, std::int64_t columns, std::int64_t stride) {
  return at::from_blob(data, {rows, columns}, {stride, 1}, at::kFloat);
}

/// Where the numbers of one head of one row lie.
struct Head {
  std::int64_t row;
  std::int64_t head;
};

/// The sizes of an attention and what both directions share.
class Heads {
 public:
  explicit Heads(const AttentionInput& input)
      : input_(input),
        length(input.cosines.size(0)),
        heads(input.heads),
        head_width(input.cosines.size(1) * 2),
        width(heads * head_width),
        rows(input.qkv.size(0) / length),
        scale_(1.0F / std::sqrt(static_cast<float>(head_width))) {}

  /// `part` 0 queries, 1 keys, 2 values of a tensor shaped like qkv.
  float* part(const Tensor& qkv, Head h, int which) const {
    return qkv.data_ptr<float>() + h.row * length * 3 * width + which * width + h.head * head_width;
  }
  float* of(const Tensor& like_output, Head h) const {  // [rows · length, width]
    return like_output.data_ptr<float>() + h.row * length * width + h.head * head_width;
  }
  float* probabilities(const Tensor& all, Head h, std::int64_t first_query) const {
    return all.data_ptr<float>() + ((h.row * heads + h.head) * length + first_query) * length;
  }
  const std::int32_t* starts(Head h) const {
    return input_.starts.data_ptr<std::int32_t>() + h.row * length;
  }

  void turn(const float* from,
            std::int64_t from_stride,
            float* to,
            std::int64_t to_stride,
            bool scaled,
            float direction) const {
    kernels::rotate({input_.cosines.data_ptr<float>(), input_.sines.data_ptr<float>(), length,
                     head_width, scaled ? scale_ : 1.0F, direction},
                    from, from_stride, to, to_stride);
  }

  /// The chunk of queries that begins at `first`, with the keys any of them sees.
  kernels::Sight sight(Head h, std::int64_t first) const {
    const std::int64_t queries = std::min(kQueryChunk, length - first);
    const std::int64_t first_key = starts(h)[first];
    return {starts(h), first, queries, first_key, first + queries - first_key};
  }

  template <class Body>
  void each(const Body& body) const {
    at::parallel_for(0, rows * heads, 1, [&](std::int64_t from, std::int64_t to) {
      at::NoGradGuard no_grad;
      for (std::int64_t i = from; i < to; ++i)
        body(Head{i / heads, i % heads});
    });
  }

 private:
  const AttentionInput& input_;

 public:
  const std::int64_t length, heads, head_width, width, rows;

 private:
  const float scale_;
};

void attend(
    const Heads& heads, const Tensor& qkv, Head h, const Tensor& probabilities, const Tensor& out) {
  const std::int64_t d = heads.head_width;
  const std::int64_t stride = 3 * heads.width;
  Tensor turned = at::empty({2, heads.length, d}, at::kFloat);
  auto* q = turned.data_ptr<float>();
  float* k = q + heads.length * d;
  heads.turn(heads.part(qkv, h, 0), stride, q, d, true, 1.0F);
  heads.turn(heads.part(qkv, h, 1), stride, k, d, false, 1.0F);
  for (std::int64_t first = 0; first < heads.length; first += kQueryChunk) {
    const kernels::Sight s = heads.sight(h, first);
    float* scores = heads.probabilities(probabilities, h, first);
    Tensor p = matrix(scores, s.queries, s.keys, s.keys);
    at::mm_out(p, matrix(q + first * d, s.queries, d, d),
               matrix(k + s.first_key * d, s.keys, d, d).t());
    kernels::softmax(s, scores);
    Tensor o = matrix(heads.of(out, h) + first * heads.width, s.queries, d, heads.width);
    at::mm_out(o, p, matrix(heads.part(qkv, h, 2) + s.first_key * stride, s.keys, d, stride));
  }
}

void attend_backward(const Heads& heads,
                     const Tensor& qkv,
                     Head h,
                     const Tensor& probabilities,
                     const Tensor& d_out,
                     const Tensor& d_qkv) {
  const std::int64_t d = heads.head_width;
  const std::int64_t n = heads.length;
  const std::int64_t stride = 3 * heads.width;
  Tensor local = at::zeros({5, n, d}, at::kFloat);
  auto* q = local.data_ptr<float>();
  float* k = q + n * d;
  float* dq = k + n * d;
  float* dk = dq + n * d;
  float* dv = dk + n * d;
  heads.turn(heads.part(qkv, h, 0), stride, q, d, true, 1.0F);
  heads.turn(heads.part(qkv, h, 1), stride, k, d, false, 1.0F);
  Tensor scratch = at::empty({kQueryChunk * n}, at::kFloat);
  for (std::int64_t first = 0; first < n; first += kQueryChunk) {
    const kernels::Sight s = heads.sight(h, first);
    float* scores = heads.probabilities(probabilities, h, first);
    const Tensor p = matrix(scores, s.queries, s.keys, s.keys);
    const Tensor o = matrix(heads.of(d_out, h) + first * heads.width, s.queries, d, heads.width);
    const Tensor v = matrix(heads.part(qkv, h, 2) + s.first_key * stride, s.keys, d, stride);
    Tensor dp = matrix(scratch.data_ptr<float>(), s.queries, s.keys, s.keys);
    at::mm_out(dp, o, v.t());
    kernels::softmax_backward(scores, scratch.data_ptr<float>(), s.queries, s.keys);
    matrix(dv + s.first_key * d, s.keys, d, d).addmm_(p.t(), o);
    matrix(dk + s.first_key * d, s.keys, d, d)
        .addmm_(dp.t(), matrix(q + first * d, s.queries, d, d));
    Tensor dq_chunk = matrix(dq + first * d, s.queries, d, d);
    at::mm_out(dq_chunk, dp, matrix(k + s.first_key * d, s.keys, d, d));
  }
  heads.turn(dq, d, heads.part(d_qkv, h, 0), stride, true, -1.0F);
  heads.turn(dk, d, heads.part(d_qkv, h, 1), stride, false, -1.0F);
  matrix(heads.part(d_qkv, h, 2), n, d, stride).copy_(matrix(dv, n, d, d));
}

class Attention : public Function<Attention> {
 public:
  static Tensor forward(AutogradContext* context,
                        const Tensor& qkv,
                        const Tensor& starts,
                        const Tensor& cosines,
                        const Tensor& sines,
                        std::int64_t head_count) {
    const AttentionInput input{qkv, starts, cosines, sines, head_count};
    const Heads heads(input);
    Tensor out = at::empty({qkv.size(0), heads.width}, qkv.options());
    Tensor probabilities =
        at::empty({heads.rows * head_count, heads.length, heads.length}, qkv.options());
    heads.each([&](Head h) { attend(heads, qkv, h, probabilities, out); });
    context->save_for_backward({qkv, starts, cosines, sines, probabilities});
    context->saved_data["heads"] = head_count;
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const AttentionInput input{saved[0], saved[1], saved[2], saved[3],
                               context->saved_data["heads"].toInt()};
    const Heads heads(input);
    const Tensor d_out = gradients[0].contiguous();
    Tensor d_qkv = at::empty_like(saved[0]);
    heads.each([&](Head h) { attend_backward(heads, saved[0], h, saved[4], d_out, d_qkv); });
    return {d_qkv, Tensor(), Tensor(), Tensor(), Tensor()};
  }
};

class CrossEntropy : public Function<CrossEntropy> {
 public:
  static Tensor forward(AutogradContext* context,
                        const Tensor& x,
                        const Tensor& embedding,
                        const Tensor& targets,
                        double factor,
                        Products products) {
    const std::int64_t rows = x.size(0);
    const std::int64_t vocabulary = embedding.size(0);
    const Tensor input = rounded(x, products);
    const Tensor weight = rounded(embedding, products);
    Tensor dx = at::empty_like(x);
    Tensor d_embedding = at::zeros_like(embedding);
    double sum = 0.0;
    for (std::int64_t from = 0; from < rows; from += kLogitRows) {
      const std::int64_t count = std::min(kLogitRows, rows - from);
      const Tensor x_part = input.narrow(0, from, count);
      const Tensor logits = product(x_part, weight.t());
      sum +=
          kernels::cross_entropy(logits.data_ptr<float>(), targets.data_ptr<std::int32_t>() + from,
                                 count, vocabulary, static_cast<float>(factor), nullptr);
      const Tensor slopes = rounded(logits, products);
      dx.narrow(0, from, count).copy_(at::mm(slopes, weight));
      d_embedding.add_(at::mm(slopes.t(), x_part));
    }
    context->save_for_backward({dx, d_embedding});
    return at::full({}, sum * factor, x.options());
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    return {saved[0] * gradients[0], saved[1] * gradients[0], Tensor(), Tensor(), Tensor()};
  }
};

}  // namespace

Tensor rms_norm(const Tensor& x, const Tensor& gain) {
  return RmsNorm::apply(x, gain);
}

Tensor linear(const Tensor& x, const Tensor& weight, Products products) {
  return Linear::apply(x, weight, products);
}

Tensor squared_relu(const Tensor& x) {
  return SquaredRelu::apply(x);
}

Tensor attention(const AttentionInput& input) {
  return Attention::apply(input.qkv, input.starts, input.cosines, input.sines, input.heads);
}

Tensor cross_entropy(const Tensor& x,
                     const Tensor& embedding,
                     const Tensor& targets,
                     double factor,
                     Products products) {
  return CrossEntropy::apply(x, embedding, targets, factor, products);
}

Tensor token_losses(const Tensor& x,
                    const Tensor& embedding,
                    const Tensor& targets,
                    Products products) {
  const std::int64_t rows = x.size(0);
  const Tensor input = rounded(x, products);
  const Tensor weight = rounded(embedding, products);
  Tensor losses = at::empty({rows}, x.options());
  for (std::int64_t from = 0; from < rows; from += kLogitRows) {
    const std::int64_t count = std::min(kLogitRows, rows - from);
    const Tensor part = product(input.narrow(0, from, count), weight.t());
    kernels::cross_entropy(part.data_ptr<float>(), targets.data_ptr<std::int32_t>() + from, count,
                           embedding.size(0), 0.0F, losses.data_ptr<float>() + from);
  }
  return losses;
}

}  // namespace cantus::train::fused
