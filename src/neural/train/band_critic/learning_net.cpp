#include "neural/train/band_critic/learning_net.h"

#include <torch/torch.h>

namespace cantus::band_critic {
namespace {

using torch::Tensor;

constexpr double kKept = 0.998;  // of the running average, a step; less in the first few hundred
constexpr std::array<double, kScales> kScaleWeights = {0.5, 1.0};

std::vector<float> floats(const Tensor& tensor) {
  const Tensor plain = tensor.detach().contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

Tensor longs(const Rows& rows) {
  return torch::from_blob(const_cast<std::int64_t*>(rows.data()),
                          {static_cast<std::int64_t>(rows.size())}, torch::kLong);
}

/// [rows, kAspects]
Tensor grid(const std::vector<float>& values) {
  return torch::from_blob(const_cast<float*>(values.data()),
                          {static_cast<std::int64_t>(values.size()) / kAspects, kAspects});
}

/// Rows of `from`, -1 being one of zeros.
Tensor picked(const Tensor& from, const Rows& rows) {
  return torch::cat({torch::zeros({1, from.size(1)}), from}).index_select(0, longs(rows) + 1);
}

std::size_t number_of(std::string_view name) {
  const auto shapes = layer_shapes();
  return static_cast<std::size_t>(std::ranges::find(shapes, name, &LayerShape::name) -
                                  shapes.begin());
}

Weights stored(const std::vector<Tensor>& tensors) {
  Weights weights;
  std::size_t i = 0;
  for (const LayerShape& shape : layer_shapes()) {
    (weights.*shape.layer).matrix = floats(tensors[i++]);
    (weights.*shape.layer).bias = floats(tensors[i++]);
  }
  weights.calibration.scale.assign(kScales * kAspects, 1.0F);
  weights.calibration.shift.assign(kScales * kAspects, 0.0F);
  return weights;
}

}  // namespace

struct LearningNet::Net {
  std::vector<Tensor> tensors;  // matrix and bias of each layer, in their order
  std::vector<Tensor> running;
  int steps = 0;
  std::unique_ptr<torch::optim::AdamW> optimiser;

  void begin() {
    for (Tensor& tensor : tensors) {
      tensor.set_requires_grad(true);
      running.push_back(tensor.detach().clone());
    }
    optimiser = std::make_unique<torch::optim::AdamW>(tensors);
  }

  Tensor matrix(std::string_view layer) const { return tensors[2 * number_of(layer)]; }
  Tensor bias(std::string_view layer) const { return tensors[2 * number_of(layer) + 1]; }

  Tensor linear(std::string_view layer, const Tensor& inputs) const {
    return torch::addmm(bias(layer), inputs, matrix(layer));
  }
  /// By the rows of one player.
  Tensor linear_of(std::string_view layer, std::size_t p, const Tensor& inputs) const {
    const auto first = static_cast<std::int64_t>(p) * inputs.size(1);
    return torch::addmm(bias(layer), inputs, matrix(layer).narrow(0, first, inputs.size(1)));
  }
  Tensor bagged(std::string_view layer, const Rows& ids, const Rows& first) const {
    const auto bags = torch::embedding_bag(matrix(layer), longs(ids), longs(first),
                                           /*scale_grad_by_freq=*/false, /*mode=*/0);
    return std::get<0>(bags) + bias(layer);
  }

  /// [phrases · kBars, kVoiceWidth]
  Tensor voice(const VoiceRows& rows, std::size_t p, double drop) const {
    const bool training = drop > 0.0;
    const auto bars = static_cast<std::int64_t>(rows.bar_first.size());
    Tensor out = bagged("voice", rows.bar_ids, rows.bar_first) + bias("pool");
    if (!rows.first.empty()) {
      const Tensor struck = torch::relu(bagged("stroke", rows.ids, rows.first));
      const Tensor three =
          torch::cat({picked(struck, rows.before), struck, picked(struck, rows.after)}, 1);
      const Tensor strokes = torch::relu(linear_of("near", p, three)) + struck;
      const Tensor in_bars = picked(strokes, rows.of_bar).view({bars, rows.most, kStrokeWidth});
      const Tensor counts =
          (longs(rows.of_bar).view({bars, rows.most}) >= 0).sum(1).clamp_min(1).unsqueeze(1);
      const Tensor pool = torch::cat({in_bars.sum(1) / counts, in_bars.amax(1)}, 1);
      const auto first = static_cast<std::int64_t>(p) * 2 * kStrokeWidth;
      out = out + torch::mm(torch::dropout(pool, drop, training),
                            matrix("pool").narrow(0, first, 2 * kStrokeWidth));
    }
    return torch::dropout(torch::relu(out), drop, training);
  }

  std::array<Tensor, kScales> forward(const Batch& batch, double drop) const {
    const bool training = drop > 0.0;
    std::vector<Tensor> voices;
    for (std::size_t p = 0; p < kPlayers; ++p)
      voices.push_back(voice(batch.voices[p], p, drop));
    Tensor bars = torch::relu(linear("join", torch::cat(voices, 1)) +
                              bagged("bar", batch.bar_ids, batch.bar_first));
    bars = torch::dropout(bars, drop, training);
    const Tensor three =
        torch::cat({picked(bars, batch.bar_before), bars, picked(bars, batch.bar_after)}, 1);
    bars = torch::relu(linear("bar_near", three)) + bars;
    const Tensor of_bars = linear("bar_opinion", bars);
    const Tensor by_phrase = bars.view({batch.phrases, kBars, kBarWidth});
    const Tensor inputs = torch::cat({by_phrase.reshape({batch.phrases, kBars * kBarWidth}),
                                      by_phrase.mean(1), by_phrase.amax(1)},
                                     1);
    const Tensor whole = torch::dropout(
        torch::relu(linear("phrase", torch::dropout(inputs, drop, training))), drop, training);
    const Tensor said = of_bars.view({batch.phrases, kBars, kAspects});
    return {of_bars, linear("opinion", torch::cat({whole, said.mean(1), said.amin(1)}, 1))};
  }
};

LearningNet::LearningNet(std::uint64_t seed) : net_(std::make_unique<Net>()) {
  torch::manual_seed(seed);
  for (const LayerShape& shape : layer_shapes()) {
    const bool marks = shape.name == "stroke" || shape.name == "voice" || shape.name == "bar";
    const bool shared = shape.name == "near" || shape.name == "pool";
    const double fan = marks ? 32.0 : static_cast<double>(shape.inputs) / (shared ? kPlayers : 1);
    net_->tensors.push_back(torch::randn({shape.inputs, shape.outputs}) * std::sqrt(1.5 / fan));
    net_->tensors.push_back(torch::zeros({shape.outputs}));
  }
  net_->begin();
}

LearningNet::LearningNet(const Weights& from, std::uint64_t seed) : net_(std::make_unique<Net>()) {
  torch::manual_seed(seed);
  for (const LayerShape& shape : layer_shapes()) {
    const critic::Layer& layer = from.*shape.layer;
    net_->tensors.push_back(torch::tensor(layer.matrix).view({shape.inputs, shape.outputs}));
    net_->tensors.push_back(torch::tensor(layer.bias));
  }
  net_->begin();
}

LearningNet::~LearningNet() = default;
LearningNet::LearningNet(LearningNet&&) noexcept = default;

double LearningNet::learn(const Batch& batch, const StepSettings& step) {
  for (auto& group : net_->optimiser->param_groups()) {
    auto& options = static_cast<torch::optim::AdamWOptions&>(group.options());
    options.lr(step.rate);
    options.weight_decay(step.decay);
  }
  const auto out = net_->forward(batch, step.drop);
  Tensor loss = torch::zeros({});
  double whole = 0.0;
  for (std::size_t s = 0; s < kScales; ++s) {
    const Tensor one = torch::binary_cross_entropy_with_logits(out[s], grid(batch.lessons[s].label),
                                                               grid(batch.lessons[s].weight), {},
                                                               at::Reduction::Sum) /
                       kAspects;
    loss = loss + one * kScaleWeights[s];
    if (s + 1 == kScales) whole = one.item<double>();
  }
  net_->optimiser->zero_grad();
  loss.backward();
  torch::nn::utils::clip_grad_norm_(net_->tensors, 1.0);
  net_->optimiser->step();
  const torch::NoGradGuard no_gradients;
  ++net_->steps;
  const double kept = std::min(kKept, (1.0 + net_->steps) / (10.0 + net_->steps));
  for (std::size_t i = 0; i < net_->tensors.size(); ++i)
    net_->running[i].mul_(kept).add_(net_->tensors[i], 1.0 - kept);
  return whole;
}

std::array<std::vector<float>, kScales> LearningNet::opinions(const Batch& batch) {
  const torch::NoGradGuard no_gradients;
  const auto out = net_->forward(batch, 0.0);
  return {floats(out[0]), floats(out[1])};
}

Weights LearningNet::weights() const {
  return stored(net_->tensors);
}

Weights LearningNet::average() const {
  return stored(net_->running);
}

}  // namespace cantus::band_critic
