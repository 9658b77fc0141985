#include "neural/band/latents.h"

#include <algorithm>
#include <string>

#include "neural/infer/exact_math.h"

namespace cantus::band {
namespace {

void fill(std::span<float> out, Random random) {
  for (float& value : out)
    value = static_cast<float>(random.normal());
}

/// Both cosine and length of the mixture are kept close to a draw's by weights on a quarter circle.
void mix(std::span<const float> from,
         std::span<const float> to,
         float share,
         std::span<float> out) {
  const auto turn = infer::exact_sine_cosine(static_cast<double>(share) * 1.5707963267948966);
  const auto cosine = static_cast<float>(turn.cosine);
  const auto sine = static_cast<float>(turn.sine);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = cosine * from[i] + sine * to[i];
}

}  // namespace

Latents draw_latents(const Random& random) {
  Latents z;
  fill(z.phrase, random.fork("phrase"));
  for (std::size_t bar = 0; bar < z.bars.size(); ++bar) {
    fill(z.bars[bar], random.fork("bar " + std::to_string(bar)));
    for (std::size_t p = 0; p < z.players.size(); ++p)
      fill(z.cells[bar][p], random.fork("cell " + std::to_string(bar) + " " + std::to_string(p)));
  }
  for (std::size_t p = 0; p < z.players.size(); ++p)
    fill(z.players[p], random.fork("player " + std::to_string(p)));
  return z;
}

void write_flat(const Latents& z, std::span<float, kNoise> out) {
  float* to = std::ranges::copy(z.phrase, out.data()).out;
  for (const auto& bar : z.bars)
    to = std::ranges::copy(bar, to).out;
  for (const auto& player : z.players)
    to = std::ranges::copy(player, to).out;
  for (const auto& bar : z.cells) {
    for (const auto& cell : bar)
      to = std::ranges::copy(cell, to).out;
  }
}

Latents from_flat(std::span<const float, kNoise> flat) {
  Latents z;
  const float* from = flat.data();
  const auto take = [&](auto& field) {
    std::copy_n(from, field.size(), field.begin());
    from += field.size();
  };
  take(z.phrase);
  for (auto& bar : z.bars)
    take(bar);
  for (auto& player : z.players)
    take(player);
  for (auto& bar : z.cells) {
    for (auto& cell : bar)
      take(cell);
  }
  return z;
}

NoisePrior::NoisePrior()
    : mean_(kNoise, 0.0F), root_(static_cast<std::size_t>(kNoise) * kNoise, 0.0F) {
  for (std::size_t i = 0; i < kNoise; ++i)
    root_[i * (kNoise + 1)] = 1.0F;
}

Result<NoisePrior> NoisePrior::from(std::vector<float> mean, std::vector<float> root) {
  NoisePrior prior;
  if (mean.size() != prior.mean_.size() || root.size() != prior.root_.size()) {
    return fail(ErrorCode::invalid_input, "the noise's mean and root are of another size");
  }
  for (std::size_t i = 0; i < kNoise; ++i) {
    bool triangular = root[i * (kNoise + 1)] > 1e-4F;
    for (std::size_t j = i + 1; j < kNoise; ++j)
      triangular = triangular && root[i * kNoise + j] == 0.0F;
    if (!triangular) {
      return fail(ErrorCode::invalid_input,
                  "the noise's root is not lower triangular with a positive diagonal");
    }
  }
  prior.mean_ = std::move(mean);
  prior.root_ = std::move(root);
  return prior;
}

Latents NoisePrior::noise_of(const Latents& draw) const {
  std::array<float, kNoise> from;
  std::array<float, kNoise> to;
  write_flat(draw, from);
  for (std::size_t i = 0; i < kNoise; ++i) {
    to[i] = mean_[i];
    for (std::size_t j = 0; j <= i; ++j)
      to[i] += root_[i * kNoise + j] * from[j];
  }
  return from_flat(to);
}

Latents NoisePrior::draw_of(const Latents& noise) const {
  std::array<float, kNoise> from;
  std::array<float, kNoise> to;
  write_flat(noise, from);
  for (std::size_t i = 0; i < kNoise; ++i) {
    float left = from[i] - mean_[i];
    for (std::size_t j = 0; j < i; ++j)
      left -= root_[i * kNoise + j] * to[j];
    to[i] = left / root_[i * (kNoise + 1)];
  }
  return from_flat(to);
}

Latents between(const Latents& from, const Latents& to, float share) {
  if (share <= 0.0F) return from;
  if (share >= 1.0F) return to;
  Latents z;
  mix(from.phrase, to.phrase, share, z.phrase);
  for (std::size_t bar = 0; bar < z.bars.size(); ++bar) {
    mix(from.bars[bar], to.bars[bar], share, z.bars[bar]);
    for (std::size_t p = 0; p < z.players.size(); ++p)
      mix(from.cells[bar][p], to.cells[bar][p], share, z.cells[bar][p]);
  }
  for (std::size_t p = 0; p < z.players.size(); ++p)
    mix(from.players[p], to.players[p], share, z.players[p]);
  return z;
}

void write_noise(const Latents& z, int bar, rolls::Player player, std::span<float> out) {
  const auto b = static_cast<std::size_t>(bar);
  const auto p = static_cast<std::size_t>(player);
  float* to = out.data();
  to = std::ranges::copy(z.phrase, to).out;
  to = std::ranges::copy(z.bars[b], to).out;
  to = std::ranges::copy(z.players[p], to).out;
  std::ranges::copy(z.cells[b][p], to);
}

}  // namespace cantus::band
