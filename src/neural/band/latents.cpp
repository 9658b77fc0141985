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
