#include "neural/train/band/nets.h"

#include <cmath>

#include "neural/band/latents.h"

namespace cantus::train_band {
namespace {

using torch::indexing::Slice;

constexpr int kHeadOutputs = band::kContentFeatures + band::kRelativeFeatures;
constexpr double kFewerThanNone = -30.0;

Tensor drawn(Weights& weights, std::string name, at::IntArrayRef shape, double gain) {
  const double deviation = gain / std::sqrt(static_cast<double>(shape.back()));
  Tensor made = (torch::randn(shape) * deviation).set_requires_grad(true);
  weights.emplace_back(std::move(name), made);
  return made;
}

Tensor constant(Weights& weights, std::string name, at::IntArrayRef shape, double value) {
  Tensor made = torch::full(shape, value).set_requires_grad(true);
  weights.emplace_back(std::move(name), made);
  return made;
}

Tensor normalised(const Tensor& x, const Tensor& gain) {
  return x * torch::rsqrt(x.square().mean(-1, true) + 1e-5) * gain;
}

Tensor weighted(const Tensor& x, const Tensor& weight) {
  return x.matmul(weight.t());
}

/// 1 for the tokens of pitched players: [tokens].
Tensor pitched(at::Device device) {
  Tensor mask = torch::ones({band::kBeats, band::kPlayers}, device);
  mask.index_put_({Slice(), 0}, 0.0);
  return mask.reshape({kTokens});
}

Tensor places(const Tensor& content, int from, int count) {
  return content.view({content.size(0), kTokens, band::kPlaces, band::kStrokeFeatures})
      .narrow(-1, from, count);
}

/// Means over the used tokens. x: [rows, tokens, width].
struct Means {
  Tensor phrase;   ///< [rows, width]
  Tensor bars;     ///< [rows, bars, width]
  Tensor players;  ///< [rows, players, width]
  Tensor cells;    ///< [rows, bars, players, width]

  Means(const Tensor& x, const Tensor& used) {
    const std::int64_t rows = x.size(0);
    const std::int64_t width = x.size(2);
    const Tensor u = used.unsqueeze(-1);
    const auto split = [&](const Tensor& t, std::int64_t last) {
      return t.reshape({rows, rolls::kBars, band::kBeatsOfBar, band::kPlayers, last});
    };
    const Tensor counts = split(u, 1).sum(2);        // [rows, bars, players, 1]
    const Tensor sums = split(x * u, width).sum(2);  // [rows, bars, players, width]
    cells = sums / counts.clamp_min(1.0);
    bars = sums.sum(2) / counts.sum(2).clamp_min(1.0);
    players = sums.sum(1) / counts.sum(1).clamp_min(1.0);
    phrase = sums.sum({1, 2}) / counts.sum({1, 2}).clamp_min(1.0);
  }
};

}  // namespace

Rows Rows::of(const Batch& batch, at::Device device) {
  const auto floats = [&](const std::vector<float>& values, at::IntArrayRef shape) {
    return torch::from_blob(const_cast<float*>(values.data()), shape).clone().to(device);
  };
  const std::int64_t n = batch.rows;
  return {floats(batch.conditions, {n, kTokens, band::kConditionFeatures}),
          floats(batch.content, {n, kTokens, band::kContentFeatures}),
          floats(batch.used, {n, kTokens}),
          floats(batch.given, {n, kTokens}),
          floats(batch.plays, {n, kTokens}),
          torch::from_blob(const_cast<std::int64_t*>(batch.roots.data()),
                           {n, kTokens, band::kPlaces}, torch::kInt64)
              .clone()
              .to(device)};
}

Rows Rows::part(std::int64_t from, std::int64_t count) const {
  const auto of = [&](const Tensor& t) { return t.narrow(0, from, count); };
  return {of(conditions), of(content), of(used), of(given), of(plays), of(roots)};
}

Tensor relative(const Tensor& content, const Tensor& roots) {
  const std::int64_t rows = content.size(0);
  const Tensor keys = places(content, 0, band::kKeys);
  const Tensor classes = keys.reshape({rows, kTokens, band::kPlaces, band::kKeys / 12, 12}).sum(3);
  const Tensor steps = torch::arange(12, roots.options());
  const Tensor index = (roots.unsqueeze(-1) + steps).remainder(12);
  const Tensor turned = classes.gather(-1, index);
  return turned.reshape({rows, kTokens, band::kRelativeFeatures}) *
         pitched(content.device()).unsqueeze(-1);
}

Trunk::Trunk(std::string name, const NetShape& shape, int inputs, int blocks, Weights& weights)
    : heads_(shape.heads) {
  input_ = drawn(weights, name + ".input", {shape.width, inputs}, 3.0);
  for (int i = 0; i < blocks; ++i) {
    const std::string block = name + "." + std::to_string(i) + ".";
    norms_.push_back(constant(weights, block + "attention_norm", {shape.width}, 1.0));
    qkv_.push_back(drawn(weights, block + "attention_qkv", {3 * shape.width, shape.width}, 1.0));
    out_.push_back(drawn(weights, block + "attention_out", {shape.width, shape.width}, 0.3));
    mlp_norms_.push_back(constant(weights, block + "mlp_norm", {shape.width}, 1.0));
    in_.push_back(drawn(weights, block + "mlp_in", {shape.hidden, shape.width}, 1.0));
    back_.push_back(drawn(weights, block + "mlp_out", {shape.width, shape.hidden}, 0.3));
  }
  final_norm_ = constant(weights, name + ".final_norm", {shape.width}, 1.0);
}

Tensor Trunk::attend(const Tensor& x, std::size_t block, const Tensor& hidden) const {
  const std::int64_t rows = x.size(0);
  const std::int64_t width = x.size(2);
  const auto parts = weighted(x, qkv_[block])
                         .view({rows, kTokens, 3, heads_, width / heads_})
                         .permute({2, 0, 3, 1, 4})
                         .unbind(0);  // each [rows, heads, tokens, head width]
  const double scale = 1.0 / std::sqrt(static_cast<double>(width / heads_));
  const Tensor scores = parts[0].matmul(parts[1].transpose(-1, -2)) * scale + hidden;
  const Tensor heard = scores.softmax(-1).matmul(parts[2]);
  return weighted(heard.transpose(1, 2).reshape({rows, kTokens, width}), out_[block]);
}

Tensor Trunk::operator()(const Tensor& inputs, const Tensor& used) const {
  const Tensor hidden = ((1.0 - used) * -1e9).view({used.size(0), 1, 1, kTokens});
  Tensor x = weighted(inputs, input_);
  for (std::size_t i = 0; i < qkv_.size(); ++i) {
    x = x + attend(normalised(x, norms_[i]), i, hidden);
    const Tensor wide = torch::relu(weighted(normalised(x, mlp_norms_[i]), in_[i]));
    x = x + weighted(wide * wide, back_[i]);
  }
  return normalised(x, final_norm_);
}

Noise Noise::of(const Tensor& flat) {
  std::int64_t at = 0;
  const auto next = [&](at::IntArrayRef shape) {
    std::vector<std::int64_t> all = {flat.size(0)};
    std::int64_t count = 1;
    for (const std::int64_t n : shape) {
      all.push_back(n);
      count *= n;
    }
    at += count;
    return flat.narrow(1, at - count, count).reshape(all);
  };
  Noise noise;
  noise.phrase = next({band::kPhraseNoise});
  noise.bars = next({rolls::kBars, band::kBarNoise});
  noise.players = next({band::kPlayers, band::kPlayerNoise});
  noise.cells = next({rolls::kBars, band::kPlayers, band::kCellNoise});
  return noise;
}

Tensor Noise::flat() const {
  return torch::cat({phrase.flatten(1), bars.flatten(1), players.flatten(1), cells.flatten(1)}, 1);
}

Tensor Noise::by_token() const {
  const std::int64_t n = phrase.size(0);
  const auto spread = [&](const Tensor& t, at::IntArrayRef shape, std::int64_t count) {
    return t.reshape(shape).expand({n, rolls::kBars, band::kBeatsOfBar, band::kPlayers, count});
  };
  return torch::cat(
             {spread(phrase, {n, 1, 1, 1, band::kPhraseNoise}, band::kPhraseNoise),
              spread(bars, {n, rolls::kBars, 1, 1, band::kBarNoise}, band::kBarNoise),
              spread(players, {n, 1, 1, band::kPlayers, band::kPlayerNoise}, band::kPlayerNoise),
              spread(cells, {n, rolls::kBars, 1, band::kPlayers, band::kCellNoise},
                     band::kCellNoise)},
             -1)
      .reshape({n, kTokens, band::kTokenNoise});
}

Generator::Generator(const NetShape& shape)
    : trunk_("generator",
             shape,
             band::kConditionFeatures + band::kContentFeatures + band::kRelativeFeatures +
                 band::kTokenNoise,
             shape.generator_blocks,
             weights_) {
  head_ = drawn(weights_, "generator.head", {band::kPlayers, kHeadOutputs, shape.width}, 1.0);
  Tensor bias = torch::zeros({band::kPlayers, kHeadOutputs});
  bias.narrow(1, 0, band::kContentFeatures)
      .view({band::kPlayers, band::kPlaces, band::kStrokeFeatures})
      .narrow(2, 0, band::kKeys)
      .fill_(-3.0);
  head_bias_ = bias.set_requires_grad(true);
  weights_.emplace_back("generator.head_bias", head_bias_);
}

Logits Generator::operator()(const Rows& rows, const Noise& noise) const {
  const Tensor given = rows.content * rows.given.unsqueeze(-1);
  const Tensor x = trunk_(
      torch::cat({rows.conditions, given, relative(given, rows.roots), noise.by_token()}, -1),
      rows.used);
  const std::int64_t n = x.size(0);
  const Tensor out = (torch::einsum("nbpd,pod->nbpo",
                                    {x.view({n, band::kBeats, band::kPlayers, x.size(2)}), head_}) +
                      head_bias_)
                         .reshape({n, kTokens, kHeadOutputs});
  const Tensor strokes = out.narrow(-1, 0, band::kContentFeatures)
                             .reshape({n, kTokens, band::kPlaces, band::kStrokeFeatures});
  const Tensor above = out.narrow(-1, band::kContentFeatures, band::kRelativeFeatures)
                           .reshape({n, kTokens, band::kPlaces, 12}) *
                       pitched(x.device()).view({kTokens, 1, 1});
  const Tensor classes = torch::arange(12, rows.roots.options());
  const Tensor by_class = above.gather(-1, (classes - rows.roots.unsqueeze(-1)).remainder(12));
  return {strokes.narrow(-1, 0, band::kKeys) + by_class.repeat({1, 1, 1, band::kKeys / 12}),
          strokes.narrow(-1, band::kKeys, band::kLengths),
          strokes.narrow(-1, band::kKeys + band::kLengths, band::kBands)};
}

Tensor strokes(const Logits& logits, const Rows& rows) {
  const std::int64_t n = rows.rows();
  const Tensor asked = (rows.used * rows.plays).view({n, kTokens, 1, 1});
  const Tensor keys = logits.keys + (1.0 - asked) * kFewerThanNone;
  const Tensor soft = keys.sigmoid();
  Tensor hard = (keys > 0).to(soft.dtype());
  Tensor line = torch::zeros({band::kBeats, band::kPlayers}, soft.device());
  for (const rolls::Player player : rolls::kAllPlayers) {
    if (band::is_line(player)) line.index_put_({Slice(), static_cast<int>(player)}, 1.0);
  }
  line = line.view({kTokens, 1, 1});
  const Tensor first = torch::zeros_like(hard).scatter_(-1, keys.argmax(-1, true), 1.0);
  const Tensor allowed = 1.0 - line * (1.0 - first);
  hard = hard * allowed;
  const Tensor struck = (hard + soft * allowed) - (soft * allowed).detach();
  const Tensor any = hard.sum(-1, true).clamp_max(1.0);
  const auto one_of = [&](const Tensor& scores) {
    const Tensor share = scores.softmax(-1);
    const Tensor choice = torch::zeros_like(share).scatter_(-1, scores.argmax(-1, true), 1.0);
    return (choice + share - share.detach()) * any;
  };
  const Tensor made = torch::cat({struck, one_of(logits.lengths), one_of(logits.bands)}, -1)
                          .reshape({n, kTokens, band::kContentFeatures});
  const Tensor given = rows.given.unsqueeze(-1);
  return rows.content * given + made * (1.0 - given);
}

namespace {

Tensor divergence_of(const Tensor& mean, const Tensor& log_variance) {
  return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).flatten(1).sum(1);
}

Tensor draw(const Tensor& mean, const Tensor& log_variance) {
  return mean + (0.5 * log_variance).exp() * torch::randn_like(mean);
}

}  // namespace

Noise Posterior::drawn() const {
  return {draw(mean.phrase, log_variance.phrase), draw(mean.bars, log_variance.bars),
          draw(mean.players, log_variance.players), draw(mean.cells, log_variance.cells)};
}

Tensor Posterior::divergence() const {
  return divergence_of(mean.phrase, log_variance.phrase) +
         divergence_of(mean.bars, log_variance.bars) +
         divergence_of(mean.players, log_variance.players) +
         divergence_of(mean.cells, log_variance.cells);
}

Encoder::Encoder(const NetShape& shape)
    : trunk_("encoder",
             shape,
             band::kConditionFeatures + band::kContentFeatures + band::kRelativeFeatures,
             shape.encoder_blocks,
             weights_) {
  phrase_ = drawn(weights_, "encoder.phrase", {2 * band::kPhraseNoise, shape.width}, 0.5);
  bars_ = drawn(weights_, "encoder.bars", {2 * band::kBarNoise, shape.width}, 0.5);
  players_ = drawn(weights_, "encoder.players", {2 * band::kPlayerNoise, shape.width}, 0.5);
  cells_ = drawn(weights_, "encoder.cells", {2 * band::kCellNoise, shape.width}, 0.5);
}

Posterior Encoder::operator()(const Rows& rows) const {
  const Tensor x =
      trunk_(torch::cat({rows.conditions, rows.content, relative(rows.content, rows.roots)}, -1),
             rows.used);
  const Means means(x, rows.used);
  const auto halves = [](const Tensor& t) { return t.chunk(2, -1); };
  const auto phrase = halves(weighted(means.phrase, phrase_));
  const auto bars = halves(weighted(means.bars, bars_));
  const auto players = halves(weighted(means.players, players_));
  const auto cells = halves(weighted(means.cells, cells_));
  const auto bounded = [](const Tensor& t) { return t.clamp(-6.0, 2.0); };
  return {{phrase[0], bars[0], players[0], cells[0]},
          {bounded(phrase[1]), bounded(bars[1]), bounded(players[1]), bounded(cells[1])}};
}

Tensor Verdict::mean() const {
  return mean_of([](const Tensor& verdict) { return verdict; });
}

Discriminator::Discriminator(const NetShape& shape)
    : trunk_("discriminator",
             shape,
             band::kConditionFeatures + band::kContentFeatures + band::kRelativeFeatures,
             shape.discriminator_blocks,
             weights_) {
  const auto head = [&](const std::string& name, int inputs, Tensor& in, Tensor& out) {
    in = drawn(weights_, "discriminator." + name + "_in", {shape.width, inputs}, 1.4);
    out = drawn(weights_, "discriminator." + name + "_out", {1, shape.width}, 1.0);
  };
  head("phrase", shape.width + 1, phrase_in_, phrase_out_);
  head("bar", shape.width, bar_in_, bar_out_);
  head("player", shape.width, player_in_, player_out_);
}

Verdict Discriminator::operator()(const Rows& rows, const Tensor& content) const {
  const Tensor x =
      trunk_(torch::cat({rows.conditions, content, relative(content, rows.roots)}, -1), rows.used);
  const Means means(x, rows.used);
  const auto head = [](const Tensor& t, const Tensor& in, const Tensor& out) {
    return weighted(torch::leaky_relu(weighted(t, in), 0.2), out).squeeze(-1);
  };
  // How alike the phrases of a batch are (minibatch deviation; Karras et al. 2018), in fours.
  const std::int64_t n = x.size(0);
  Tensor alike = torch::zeros({n, 1}, x.options());
  if (n % 4 == 0) {
    const Tensor groups = means.phrase.view({4, n / 4, -1});
    const Tensor deviation =
        ((groups - groups.mean(0, true)).square().mean(0) + 1e-6).sqrt().mean(-1);
    alike = deviation.repeat({4}).unsqueeze(-1);
  }
  const Tensor playing = rows.plays.view({n, band::kBeats, band::kPlayers}).amax(1);
  return {head(torch::cat({means.phrase, alike}, -1), phrase_in_, phrase_out_),
          head(means.bars, bar_in_, bar_out_), head(means.players, player_in_, player_out_),
          playing};
}

}  // namespace cantus::train_band
