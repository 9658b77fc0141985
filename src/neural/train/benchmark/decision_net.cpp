#include "neural/train/benchmark/decision_net.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "base/check.h"
#include "base/random.h"
#include "neural/train/benchmark/net_kernels.h"

namespace cantus::benchmark {
namespace {

at::Tensor view(float* data, std::int64_t rows, std::int64_t columns) {
  return at::from_blob(data, {rows, columns});
}

/// Normal with the deviation 1/sqrt(inputs) times `gain`.
void draw(float* to, std::int64_t size, double deviation, Random& random) {
  for (std::int64_t i = 0; i < size; ++i)
    to[i] = static_cast<float>(deviation * random.normal());
}

}  // namespace

struct DecisionNet::Parts {
  float* table;   // [feature, first + 8]
  float* second;  // [first, second]
  float* bias2;
  float* third;  // [second, third]
  float* bias3;
  float* out;  // [third]
};

DecisionNet::Parts DecisionNet::parts(std::vector<float>& of) const {
  Parts p{};
  p.table = of.data();
  p.second = p.table + shape_.features * shape_.table_width();
  p.bias2 = p.second + shape_.first * shape_.second;
  p.third = p.bias2 + shape_.second;
  p.bias3 = p.third + shape_.second * shape_.third;
  p.out = p.bias3 + shape_.third;
  return p;
}

DecisionNet::DecisionNet(const NetShape& shape, std::uint64_t seed)
    : DecisionNet(shape, std::vector<float>(static_cast<std::size_t>(shape.weights()))) {
  Random random(seed);
  const Parts p = parts(weights_);
  draw(p.table, shape.features * shape.table_width(), 0.1, random);
  for (std::int64_t f = 0; f < shape.features; ++f)
    std::fill_n(p.table + f * shape.table_width() + shape.first, 8, 0.0F);
  const auto deviation = [](std::int64_t in) { return std::sqrt(2.0 / static_cast<double>(in)); };
  draw(p.second, shape.first * shape.second, deviation(shape.first), random);
  draw(p.third, shape.second * shape.third, deviation(shape.second), random);
  draw(p.out, shape.third, 0.5 * deviation(shape.third), random);
  average_ = weights_;
}

DecisionNet::DecisionNet(const NetShape& shape, std::vector<float> weights)
    : shape_(shape), weights_(std::move(weights)), average_(weights_) {
  CANTUS_CHECK(static_cast<std::int64_t>(weights_.size()) == shape.weights());
}

void DecisionNet::forward(const Decisions& rows, float drop, std::uint64_t seed) {
  const auto n = static_cast<std::int64_t>(rows.size());
  const std::int64_t width = shape_.table_width();
  const Parts p = parts(weights_);
  of_moments_.resize(rows.moments.size() * static_cast<std::size_t>(width));
  z1_.resize(static_cast<std::size_t>(n * width));
  a1_.resize(static_cast<std::size_t>(n * shape_.first));
  a2_.resize(static_cast<std::size_t>(n * shape_.second));
  a3_.resize(static_cast<std::size_t>(n * shape_.third));
  logits_.resize(static_cast<std::size_t>(n));
  kernels::gather(rows.moments, p.table, width, of_moments_.data());
  kernels::gather(rows.rows, p.table, width, z1_.data());
  for (std::int64_t r = 0; r < n; ++r) {
    float* z = z1_.data() + r * width;
    kernels::add(z, of_moments_.data() + rows.moment_of[static_cast<std::size_t>(r)] * width,
                 width);
    std::copy_n(z, shape_.first, a1_.data() + r * shape_.first);
  }
  Random random(seed);
  const auto layer_seed = [&] { return static_cast<std::uint32_t>(random.next()); };
  kernels::relu_drop(a1_.data(), n * shape_.first, drop, layer_seed());
  auto a2 = view(a2_.data(), n, shape_.second);
  at::addmm_out(a2, view(p.bias2, 1, shape_.second), view(a1_.data(), n, shape_.first),
                view(p.second, shape_.first, shape_.second));
  kernels::relu_drop(a2_.data(), n * shape_.second, drop, layer_seed());
  auto a3 = view(a3_.data(), n, shape_.third);
  at::addmm_out(a3, view(p.bias3, 1, shape_.third), a2, view(p.third, shape_.second, shape_.third));
  kernels::relu_drop(a3_.data(), n * shape_.third, 0.0F, 0);
  auto out = view(logits_.data(), n, 1);
  at::mm_out(out, a3, view(p.out, shape_.third, 1));
  for (std::int64_t r = 0; r < n; ++r)
    logits_[static_cast<std::size_t>(r)] += z1_[static_cast<std::size_t>(r * width + shape_.first)];
}

std::vector<float> DecisionNet::logits(const Decisions& rows) {
  forward(rows, 0.0F, 0);
  return logits_;
}

void DecisionNet::backward(const Decisions& rows, std::span<const float> slope, float drop) {
  const auto n = static_cast<std::int64_t>(rows.size());
  const std::int64_t width = shape_.table_width();
  const Parts p = parts(weights_);
  const Parts g = parts(gradients_);
  const auto slopes = view(const_cast<float*>(slope.data()), n, 1);
  const auto a1 = view(a1_.data(), n, shape_.first);
  const auto a2 = view(a2_.data(), n, shape_.second);
  const auto a3 = view(a3_.data(), n, shape_.third);
  view(g.out, shape_.third, 1).addmm_(a3.t(), slopes);
  at::Tensor d3 = at::mm(slopes, view(p.out, 1, shape_.third));
  kernels::relu_drop_back(a3_.data(), d3.data_ptr<float>(), n * shape_.third, 0.0F);
  view(g.third, shape_.second, shape_.third).addmm_(a2.t(), d3);
  view(g.bias3, 1, shape_.third).add_(d3.sum(0, true));
  at::Tensor d2 = at::mm(d3, view(p.third, shape_.second, shape_.third).t());
  kernels::relu_drop_back(a2_.data(), d2.data_ptr<float>(), n * shape_.second, drop);
  view(g.second, shape_.first, shape_.second).addmm_(a1.t(), d2);
  view(g.bias2, 1, shape_.second).add_(d2.sum(0, true));
  at::Tensor d1 = at::mm(d2, view(p.second, shape_.first, shape_.second).t());
  kernels::relu_drop_back(a1_.data(), d1.data_ptr<float>(), n * shape_.first, drop);
  std::fill(of_moments_.begin(), of_moments_.end(), 0.0F);
  for (std::int64_t r = 0; r < n; ++r) {
    float* z = z1_.data() + r * width;
    std::copy_n(d1.data_ptr<float>() + r * shape_.first, shape_.first, z);
    std::fill_n(z + shape_.first, 8, 0.0F);
    z[shape_.first] = slope[static_cast<std::size_t>(r)];
    kernels::add(of_moments_.data() + rows.moment_of[static_cast<std::size_t>(r)] * width, z,
                 width);
  }
  kernels::scatter(rows.rows, z1_.data(), width, g.table);
  kernels::scatter(rows.moments, of_moments_.data(), width, g.table);
}

double DecisionNet::learn(Decisions& rows, const LearningStep& step) {
  if (gradients_.empty()) {
    gradients_.resize(weights_.size());
    moment1_.resize(weights_.size());
    moment2_.resize(weights_.size());
  }
  if (step.drop_in > 0.0F) {
    Random random(step.seed);
    rows.rows = thinned(rows.rows, step.drop_in, random);
    rows.moments = thinned(rows.moments, step.drop_in, random);
  }
  forward(rows, step.drop, step.seed);
  std::vector<float> slope(rows.size());
  const float share = 1.0F / static_cast<float>(rows.moments.size());
  double loss = 0.0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    loss += static_cast<double>(rows.weight[r]) * loss_of(logits_[r], rows.answer[r] > 0.5F);
    const float p = 1.0F / (1.0F + std::exp(-logits_[r]));
    slope[r] = rows.weight[r] * share * (p - rows.answer[r]);
  }
  backward(rows, slope, step.drop);
  ++steps_;
  const auto number = static_cast<double>(steps_);
  const double kept = std::min(step.average, number / (number + 10.0));
  kernels::adam({static_cast<float>(step.rate), static_cast<float>(step.decay),
                 static_cast<float>(1.0 - std::pow(0.9, number)),
                 static_cast<float>(1.0 - std::pow(0.99, number)), static_cast<float>(1.0 - kept)},
                weights_.data(), gradients_.data(), moment1_.data(), moment2_.data(),
                average_.data(), shape_.weights());
  return loss;
}

std::vector<std::vector<float>> logits_of_each(std::span<DecisionNet> nets, const Decisions& rows) {
  std::vector<std::vector<float>> each;
  std::vector<float> mean(rows.size());
  for (DecisionNet& net : nets) {
    each.push_back(net.logits(rows));
    for (std::size_t r = 0; r < mean.size(); ++r)
      mean[r] += each.back()[r] / static_cast<float>(nets.size());
  }
  each.push_back(std::move(mean));
  return each;
}

double loss_of(float logit, bool yes) {
  const double x = yes ? -static_cast<double>(logit) : static_cast<double>(logit);
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

}  // namespace cantus::benchmark
