#include "neural/train/band/rivals.h"

#include <algorithm>
#include <cmath>

#include "neural/band/latents.h"
#include "neural/train/band/adam.h"
#include "neural/train/band/nets.h"
#include "neural/train/band/prior.h"

namespace cantus::train_band {
namespace {

NamedWeight named(const std::string& name, const Tensor& tensor) {
  const Tensor plain = tensor.detach().cpu().contiguous();
  return {name,
          plain.sizes().vec(),
          {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()}};
}

/// Nats a phrase that the data's strokes cost, places that are given or silent left out.
Tensor reconstruction(const Logits& logits, const Rows& rows) {
  const std::int64_t n = rows.rows();
  const Tensor counted = (rows.used * rows.plays * (1.0 - rows.given)).view({n, kTokens, 1, 1});
  const Tensor truth = rows.content.view({n, kTokens, band::kPlaces, band::kStrokeFeatures});
  const Tensor keys = truth.narrow(-1, 0, band::kKeys);
  const Tensor key_nats = (torch::softplus(logits.keys) - keys * logits.keys) * counted;
  const auto choice_nats = [&](const Tensor& scores, int from, int count) {
    return -(scores.log_softmax(-1) * truth.narrow(-1, from, count)) * counted;
  };
  return key_nats.flatten(1).sum(1) +
         choice_nats(logits.lengths, band::kKeys, band::kLengths).flatten(1).sum(1) +
         choice_nats(logits.bands, band::kKeys + band::kLengths, band::kBands).flatten(1).sum(1);
}

Noise joined(const Noise& a, const Noise& b) {
  return {torch::cat({a.phrase, b.phrase}), torch::cat({a.bars, b.bars}),
          torch::cat({a.players, b.players}), torch::cat({a.cells, b.cells})};
}

}  // namespace

struct Rivals::State {
  RivalSettings settings;
  Generator generator;
  Encoder encoder;
  Discriminator discriminator;
  std::vector<Tensor> average;  // of the generator's weights, then the encoder's
  Adam generator_step, encoder_step, discriminator_step;
  Prior prior;
  std::int64_t steps = 0;

  explicit State(const RivalSettings& s)
      : settings(s),
        generator(s.shape),
        encoder(s.shape),
        discriminator(s.shape),
        generator_step(generator.weights()),
        encoder_step(encoder.weights()),
        discriminator_step(discriminator.weights()),
        prior(s.encoder) {
    for (const Weights* weights : {&generator.weights(), &encoder.weights()}) {
      for (const auto& [name, weight] : *weights)
        average.push_back(weight.detach().clone());
    }
  }

  void keep_average() {
    torch::NoGradGuard no_grad;
    // Young averages forget faster, or the beginning would stay in them for long.
    const double kept =
        std::min(settings.average, 1.0 - 10.0 / (10.0 + static_cast<double>(steps)));
    std::size_t i = 0;
    for (const Weights* weights : {&generator.weights(), &encoder.weights()}) {
      for (const auto& [name, weight] : *weights)
        average[i++].mul_(kept).add_(weight, 1.0 - kept);
    }
  }

  /// Runs `use` with the averages in the networks' place.
  template <class Use>
  auto with_average(Use use) {
    torch::NoGradGuard no_grad;
    const auto swap = [&] {
      std::size_t i = 0;
      for (const Weights* weights : {&generator.weights(), &encoder.weights()}) {
        for (const auto& [name, weight] : *weights) {
          const Tensor kept = weight.detach().clone();
          Tensor(weight).copy_(average[i]);
          average[i++].copy_(kept);
        }
      }
    };
    swap();
    auto result = use();
    swap();
    return result;
  }

  Tensor penalty_at(const Rows& rows, const Tensor& content) const {
    const Tensor at = content.detach().clone().set_requires_grad(true);
    const Tensor verdicts = discriminator(rows, at).mean();
    const Tensor slope = torch::autograd::grad({verdicts.sum()}, {at}, {}, true, true)[0];
    const Tensor square = slope.flatten(1).square().sum(1);
    if (settings.contest == Contest::hinge) return square.mean();
    return ((square + 1e-12).sqrt() - 1.0).square().mean();
  }

  void teach_discriminator(const Rows& rows, const Tensor& made, double rate, StepFigures& told) {
    const Verdict real = discriminator(rows, rows.content);
    const Verdict fake = discriminator(rows, made);
    Tensor loss;
    if (settings.contest == Contest::hinge) {
      loss = real.mean_of([](const Tensor& v) { return torch::relu(1.0 - v); }).mean() +
             fake.mean_of([](const Tensor& v) { return torch::relu(1.0 + v); }).mean();
    } else {
      loss = fake.mean().mean() - real.mean().mean();
    }
    told.discriminator = loss.item<double>();
    told.real = real.mean().mean().item<double>();
    told.made = fake.mean().mean().item<double>();
    told.told_apart = 0.5 * ((real.phrase > 0).to(torch::kFloat).mean().item<double>() +
                             (fake.phrase < 0).to(torch::kFloat).mean().item<double>());
    if (settings.penalty > 0.0 && steps % settings.penalty_every == 0) {
      const std::int64_t some = std::max<std::int64_t>(rows.rows() / 2, 4);
      const Rows few = rows.part(0, some);
      Tensor at = few.content;
      if (settings.contest == Contest::wasserstein) {
        const Tensor share = torch::rand({some, 1, 1});
        at = share * at + (1.0 - share) * made.narrow(0, 0, some);
      }
      loss = loss + settings.penalty * settings.penalty_every * penalty_at(few, at);
    }
    loss.backward();
    discriminator_step.step(rate * settings.discriminator_rate);
  }
};

Rivals::Rivals(const RivalSettings& settings) {
  torch::manual_seed(settings.seed);
  state_ = std::make_unique<State>(settings);
}
Rivals::~Rivals() = default;
Rivals::Rivals(Rivals&&) noexcept = default;

StepFigures Rivals::learn(const Batch& real, bool contest, double rate) {
  State& s = *state_;
  StepFigures told;
  torch::manual_seed(s.settings.seed * 1000003 + static_cast<std::uint64_t>(s.steps));
  const Rows rows = Rows::of(real, at::kCPU);
  const std::int64_t half = rows.rows() / 2;
  const Rows own = rows.part(0, half);
  std::optional<Posterior> posterior;
  Noise noise;
  if (s.settings.encoder) {
    posterior = s.encoder(own);
    noise = posterior->drawn();
    s.prior.see(noise);
    if (contest) noise = joined(noise, Noise::of(s.prior.draw(rows.rows() - half)));
  } else {
    noise = Noise::of(s.prior.draw(rows.rows()));
  }
  const Rows& asked = contest || !s.settings.encoder ? rows : own;
  const Logits logits = s.generator(asked, noise);
  Tensor loss = torch::zeros({});
  if (posterior) {
    const auto first = [&](const Tensor& t) { return t.narrow(0, 0, half); };
    const Tensor nats =
        reconstruction({first(logits.keys), first(logits.lengths), first(logits.bands)}, own)
            .mean();
    const Tensor apart = posterior->divergence().mean();
    told.reconstruction = nats.item<double>();
    told.divergence = apart.item<double>();
    loss = loss + (nats + s.settings.divergence * apart) / kTokens;
  }
  if (contest) {
    const Tensor made = strokes(logits, asked);
    s.teach_discriminator(rows, made.detach(), rate, told);
    const Tensor verdict = s.discriminator(asked, made).mean().mean();
    told.generator = -verdict.item<double>();
    loss = loss - s.settings.adversarial * verdict;
  }
  loss.backward();
  s.discriminator_step.forget_gradients();
  s.generator_step.step(rate * s.settings.generator_rate);
  if (posterior) s.encoder_step.step(rate * s.settings.generator_rate);
  ++s.steps;
  s.keep_average();
  return told;
}

namespace {

std::vector<PhraseLogits> unpacked(const Logits& logits) {
  const Tensor all = torch::cat({logits.keys, logits.lengths, logits.bands}, -1).contiguous();
  std::vector<PhraseLogits> phrases;
  const std::int64_t size = all.numel() / all.size(0);
  for (std::int64_t row = 0; row < all.size(0); ++row) {
    const float* from = all.data_ptr<float>() + row * size;
    phrases.emplace_back(from, from + size);
  }
  return phrases;
}

}  // namespace

std::vector<PhraseLogits> Rivals::generate(const Batch& asked, std::uint64_t seed) {
  return state_->with_average([&] {
    torch::manual_seed(seed);
    const Rows rows = Rows::of(asked, at::kCPU);
    return unpacked(state_->generator(rows, Noise::of(state_->prior.draw(rows.rows()))));
  });
}

std::vector<PhraseLogits> Rivals::make_again(const Batch& phrases) {
  return state_->with_average([&] {
    const Rows rows = Rows::of(phrases, at::kCPU);
    return unpacked(state_->generator(rows, state_->encoder(rows).mean));
  });
}

std::vector<float> Rivals::judge(const Batch& phrases) {
  torch::NoGradGuard no_grad;
  const Rows rows = Rows::of(phrases, at::kCPU);
  const Tensor verdicts = state_->discriminator(rows, rows.content).mean().contiguous();
  return {verdicts.data_ptr<float>(), verdicts.data_ptr<float>() + verdicts.numel()};
}

PhraseLogits Rivals::generate_from(const Batch& asked, std::span<const float> noise) {
  return state_->with_average([&] {
    const Rows rows = Rows::of(asked, at::kCPU);
    const Tensor by_token =
        torch::from_blob(const_cast<float*>(noise.data()),
                         {1, rolls::kBars, band::kBeatsOfBar, band::kPlayers, band::kTokenNoise})
            .clone();
    const auto part = [&](int from, int count) { return by_token.narrow(-1, from, count); };
    int at = 0;
    const Tensor phrase = part(at, band::kPhraseNoise).select(3, 0).select(2, 0).select(1, 0);
    at += band::kPhraseNoise;
    const Tensor bars = part(at, band::kBarNoise).select(3, 0).select(2, 0);
    at += band::kBarNoise;
    const Tensor players = part(at, band::kPlayerNoise).select(2, 0).select(1, 0);
    at += band::kPlayerNoise;
    const Tensor cells = part(at, band::kCellNoise).select(2, 0);
    return unpacked(state_->generator(rows, Noise{phrase, bars, players, cells})).front();
  });
}

std::vector<float> Rivals::encode(const Batch& phrase) {
  return state_->with_average([&] {
    const Noise mean = state_->encoder(Rows::of(phrase, at::kCPU)).mean;
    const Tensor all = torch::cat({mean.phrase.flatten(), mean.bars.flatten(),
                                   mean.players.flatten(), mean.cells.flatten()})
                           .contiguous();
    return std::vector<float>(all.data_ptr<float>(), all.data_ptr<float>() + all.numel());
  });
}

std::vector<NamedWeight> Rivals::playing_weights() const {
  std::vector<NamedWeight> named_weights;
  std::size_t i = 0;
  for (const Weights* weights : {&state_->generator.weights(), &state_->encoder.weights()}) {
    for (const auto& [name, weight] : *weights)
      named_weights.push_back(named(name, state_->average[i++]));
  }
  named_weights.push_back(named("noise.mean", torch::zeros({Noise::kSize})));
  named_weights.push_back(named("noise.root", state_->prior.root()));
  return named_weights;
}

std::vector<NamedWeight> Rivals::everything() const {
  std::vector<NamedWeight> all = playing_weights();
  for (NamedWeight& weight : all)
    weight.name = "average." + weight.name;
  State& s = *state_;
  const auto add = [&](const Weights& weights, Adam& adam) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto& [name, weight] = weights[i];
      all.push_back(named(name, weight));
      all.push_back(named("first." + name, adam.first()[i]));
      all.push_back(named("second." + name, adam.second()[i]));
    }
  };
  add(s.generator.weights(), s.generator_step);
  add(s.encoder.weights(), s.encoder_step);
  add(s.discriminator.weights(), s.discriminator_step);
  all.push_back(named("prior.alike", s.prior.alike()));
  all.push_back(named("prior.square", s.prior.square()));
  return all;
}

bool Rivals::restore(const std::map<std::string, std::vector<float>>& tensors, std::int64_t steps) {
  torch::NoGradGuard no_grad;
  State& s = *state_;
  bool whole = true;
  const auto take = [&](const std::string& name, Tensor into) {
    const auto found = tensors.find(name);
    if (found == tensors.end() || found->second.size() != static_cast<std::size_t>(into.numel())) {
      whole = false;
      return;
    }
    into.copy_(torch::from_blob(const_cast<float*>(found->second.data()), into.sizes()));
  };
  const auto take_all = [&](const Weights& weights, Adam& adam) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto& [name, weight] = weights[i];
      take(name, weight);
      take("first." + name, adam.first()[i]);
      take("second." + name, adam.second()[i]);
    }
    adam.steps() = steps;
  };
  take_all(s.generator.weights(), s.generator_step);
  take_all(s.encoder.weights(), s.encoder_step);
  take_all(s.discriminator.weights(), s.discriminator_step);
  std::size_t i = 0;
  for (const Weights* weights : {&s.generator.weights(), &s.encoder.weights()}) {
    for (const auto& [name, weight] : *weights)
      take("average." + name, s.average[i++]);
  }
  s.steps = steps;
  if (tensors.contains("prior.alike")) {
    take("prior.alike", s.prior.alike());
    take("prior.square", s.prior.square());
    take("average.noise.root", s.prior.root());
    s.prior.seen() = steps;
  }
  return whole;
}

}  // namespace cantus::train_band
