#include "neural/train/critic/learning_net.h"

#include <torch/torch.h>

namespace cantus::critic {
namespace {

using torch::Tensor;

constexpr double kKept = 0.998;  // of the running average, a step
constexpr std::array<double, kScales> kScaleWeights = {0.6, 0.3, 0.3, 1.0};

std::vector<float> floats(const Tensor& tensor) {
  const Tensor plain = tensor.detach().contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

Tensor longs(const Rows& rows) {
  return torch::from_blob(const_cast<std::int64_t*>(rows.data()),
                          {static_cast<std::int64_t>(rows.size())}, torch::kLong);
}

/// [windows, kAspects]
Tensor grid(const std::vector<float>& values) {
  return torch::from_blob(const_cast<float*>(values.data()),
                          {static_cast<std::int64_t>(values.size()) / kAspects, kAspects});
}

/// With a row of zeros in front: row numbers, which may be -1, count from one.
Tensor padded(const Tensor& rows) {
  return torch::cat({torch::zeros({1, rows.size(1)}), rows});
}

Tensor picked(const Tensor& from_padded, const Rows& rows) {
  return from_padded.index_select(0, longs(rows) + 1);
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

/// Row numbers of each piece's windows, [piece, most windows], short ones repeating their first.
Tensor windows_by_piece(const Windows& windows, std::int64_t pieces) {
  std::vector<Rows> by(static_cast<std::size_t>(pieces));
  for (std::size_t i = 0; i < windows.piece.size(); ++i)
    by[static_cast<std::size_t>(windows.piece[i])].push_back(static_cast<std::int64_t>(i));
  std::size_t most = 0;
  for (const Rows& rows : by)
    most = std::max(most, rows.size());
  Rows all;
  for (const Rows& rows : by) {
    all.insert(all.end(), rows.begin(), rows.end());
    all.insert(all.end(), most - rows.size(), rows.front());
  }
  return longs(all).clone().view({pieces, static_cast<std::int64_t>(most)});
}

Tensor means(const Tensor& rows, const Windows& windows, std::int64_t pieces) {
  const Tensor piece = longs(windows.piece);
  const Tensor sums = torch::zeros({pieces, rows.size(1)}).index_add(0, piece, rows);
  const Tensor counts = torch::zeros({pieces}).index_add(0, piece, torch::ones({rows.size(0)}));
  return sums / counts.unsqueeze(1);
}

}  // namespace

struct LearningNet::Net {
  std::vector<Tensor> tensors;  // matrix and bias of each layer, in their order
  std::vector<Tensor> running;
  std::unique_ptr<torch::optim::AdamW> optimiser;

  void begin() {
    for (Tensor& tensor : tensors) {
      tensor.set_requires_grad(true);
      running.push_back(tensor.detach().clone());
    }
    optimiser = std::make_unique<torch::optim::AdamW>(tensors);
  }

  Tensor linear(std::string_view layer, const Tensor& inputs) const {
    const std::size_t i = 2 * number_of(layer);
    return torch::addmm(tensors[i + 1], inputs, tensors[i]);
  }

  Tensor bagged(std::string_view layer, const Rows& ids, const Rows& first) const {
    const std::size_t i = 2 * number_of(layer);
    const auto bags = torch::embedding_bag(tensors[i], longs(ids), longs(first),
                                           /*scale_grad_by_freq=*/false, /*mode=*/0);
    return std::get<0>(bags) + tensors[i + 1];
  }

  Tensor with_neighbours(std::string_view layer,
                         const Tensor& rows,
                         const Rows& before,
                         const Rows& after) const {
    const Tensor pad = padded(rows);
    const Tensor three = torch::cat({picked(pad, before), rows, picked(pad, after)}, 1);
    return torch::relu(linear(layer, three)) + rows;
  }

  template <std::size_t kParts>
  Tensor joined(std::string_view layer,
                const Tensor& rows,
                const std::array<Rows, kParts>& parts) const {
    std::vector<Tensor> columns;
    for (const Rows& part : parts)
      columns.push_back(rows.index_select(0, longs(part)));
    return torch::relu(linear(layer, torch::cat(columns, 1)));
  }

  std::array<Tensor, kScales> forward(const Batch& batch, double drop) const {
    const bool training = drop > 0.0;
    Tensor notes = torch::relu(bagged("note", batch.note_ids, batch.note_first));
    notes = with_neighbours("note_near", notes, batch.note_before, batch.note_after);
    notes = with_neighbours("note_far", notes, batch.note_before, batch.note_after);
    const auto bars = static_cast<std::int64_t>(batch.bar_first.size());
    const Tensor in_bars =
        picked(padded(notes), batch.notes_of_bar).view({bars, batch.most_notes, kNoteWidth});
    const Tensor counts =
        (longs(batch.notes_of_bar).view({bars, batch.most_notes}) >= 0).sum(1).clamp_min(1);
    const Tensor pool = torch::cat({in_bars.sum(1) / counts.unsqueeze(1), in_bars.amax(1)}, 1);
    Tensor heard = torch::relu(bagged("bar", batch.bar_ids, batch.bar_first) +
                               linear("pool", torch::dropout(pool, drop, training)));
    heard = torch::dropout(heard, drop, training);
    heard = with_neighbours("bar_near", heard, batch.bar_before, batch.bar_after);
    const Tensor phrases =
        torch::dropout(joined("phrase", heard, batch.phrase_bars), drop, training);
    const Tensor sections =
        torch::dropout(joined("section", phrases, batch.section_phrases), drop, training);
    const Tensor longer =
        torch::dropout(joined("long_section", sections, batch.long_sections), drop, training);
    std::array<Tensor, kScales> out = {linear("phrase_opinion", phrases),
                                       linear("section_opinion", sections),
                                       linear("long_opinion", longer), Tensor()};
    std::vector<Tensor> summary;
    const std::array<Tensor, 3> stages = {phrases, sections, longer};
    std::array<Tensor, 3> of_piece;
    for (std::size_t s = 0; s < 3; ++s) {
      of_piece[s] = windows_by_piece(batch.windows[s], batch.pieces);
      const Tensor padded_rows = stages[s]
                                     .index_select(0, of_piece[s].flatten())
                                     .view({batch.pieces, of_piece[s].size(1), kBarWidth});
      summary.push_back(means(stages[s], batch.windows[s], batch.pieces));
      summary.push_back(padded_rows.amax(1));
    }
    for (std::size_t s = 0; s < 3; ++s) {
      const Tensor padded_rows = out[s]
                                     .index_select(0, of_piece[s].flatten())
                                     .view({batch.pieces, of_piece[s].size(1), kAspects});
      summary.push_back(means(out[s], batch.windows[s], batch.pieces));
      summary.push_back(padded_rows.amin(1));
    }
    Tensor hidden = torch::relu(linear("summary", torch::cat(summary, 1)));
    hidden = torch::dropout(hidden, drop, training);
    out[3] = linear("opinion", hidden);
    return out;
  }
};

LearningNet::LearningNet(std::uint64_t seed) : net_(std::make_unique<Net>()) {
  torch::manual_seed(seed);
  for (const LayerShape& shape : layer_shapes()) {
    const bool marks = shape.name == "note" || shape.name == "bar";
    const double fan = marks ? 24.0 : static_cast<double>(shape.inputs);
    net_->tensors.push_back(torch::randn({shape.inputs, shape.outputs}) * std::sqrt(1.5 / fan));
    net_->tensors.push_back(torch::zeros({shape.outputs}));
  }
  net_->begin();
}

LearningNet::LearningNet(const Weights& from, std::uint64_t seed) : net_(std::make_unique<Net>()) {
  torch::manual_seed(seed);
  for (const LayerShape& shape : layer_shapes()) {
    const Layer& layer = from.*shape.layer;
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
    const Tensor one = torch::binary_cross_entropy_with_logits(out[s], grid(batch.windows[s].label),
                                                               grid(batch.windows[s].weight), {},
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
  for (std::size_t i = 0; i < net_->tensors.size(); ++i)
    net_->running[i].mul_(kKept).add_(net_->tensors[i], 1.0 - kKept);
  return whole;
}

std::array<std::vector<float>, kScales> LearningNet::opinions(const Batch& batch) {
  const torch::NoGradGuard no_gradients;
  const auto out = net_->forward(batch, 0.0);
  std::array<std::vector<float>, kScales> values;
  for (std::size_t s = 0; s < kScales; ++s)
    values[s] = floats(out[s]);
  return values;
}

Weights LearningNet::weights() const {
  return stored(net_->tensors);
}

Weights LearningNet::average() const {
  return stored(net_->running);
}

}  // namespace cantus::critic
