#include "neural/band/latents.h"

#include <cmath>

#include <gmock/gmock.h>

namespace cantus::band {
namespace {

TEST(Latents, TheSameSeedDrawsTheSame) {
  EXPECT_EQ(draw_latents(Random(3)), draw_latents(Random(3)));
  EXPECT_FALSE(draw_latents(Random(3)) == draw_latents(Random(4)));
}

TEST(Latents, TheEndsOfAWalkAreExact) {
  const Latents a = draw_latents(Random(1));
  const Latents b = draw_latents(Random(2));
  EXPECT_EQ(between(a, b, 0.0F), a);
  EXPECT_EQ(between(a, b, 1.0F), b);
}

TEST(Latents, TheMiddleOfAWalkIsAsLongAsADraw) {
  double square = 0.0;
  int count = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Latents z = between(draw_latents(Random(seed)), draw_latents(Random(seed + 1000)), 0.5F);
    for (const float value : z.phrase) {
      square += static_cast<double>(value) * static_cast<double>(value);
      ++count;
    }
  }
  EXPECT_NEAR(square / count, 1.0, 0.08);
}

TEST(Latents, FlatAndBackIsTheSame) {
  const Latents z = draw_latents(Random(9));
  std::array<float, kNoise> flat{};
  write_flat(z, flat);
  EXPECT_EQ(from_flat(flat), z);
}

TEST(NoisePrior, ADrawComesBackFromItsNoise) {
  std::vector<float> mean(kNoise, 0.5F);
  std::vector<float> root(static_cast<std::size_t>(kNoise) * kNoise, 0.0F);
  for (std::size_t i = 0; i < kNoise; ++i) {
    root[i * (kNoise + 1)] = 2.0F;
    if (i > 3) root[i * kNoise + i - 3] = -0.7F;
  }
  const auto prior = NoisePrior::from(mean, root);
  ASSERT_TRUE(prior.has_value());
  const Latents draw = draw_latents(Random(1));
  const Latents back = prior->draw_of(prior->noise_of(draw));
  for (std::size_t i = 0; i < kPhraseNoise; ++i)
    EXPECT_NEAR(back.phrase[i], draw.phrase[i], 1e-4);
  for (std::size_t i = 0; i < kCellNoise; ++i)
    EXPECT_NEAR(back.cells[3][4][i], draw.cells[3][4][i], 1e-3);
  EXPECT_EQ(NoisePrior().noise_of(draw), draw);
}

TEST(NoisePrior, ARootThatIsNotTriangularIsRefused) {
  std::vector<float> root(static_cast<std::size_t>(kNoise) * kNoise, 1.0F);
  EXPECT_FALSE(NoisePrior::from(std::vector<float>(kNoise), root).has_value());
  root.assign(root.size(), 0.0F);
  EXPECT_FALSE(NoisePrior::from(std::vector<float>(kNoise), root).has_value());
  EXPECT_FALSE(NoisePrior::from({}, root).has_value());
}

TEST(Latents, ATokenIsToldItsPhraseBarPlayerAndCell) {
  const Latents z = draw_latents(Random(5));
  std::array<float, kTokenNoise> told{};
  write_noise(z, 2, rolls::Player::pad, told);
  EXPECT_EQ(told[0], z.phrase[0]);
  EXPECT_EQ(told[kPhraseNoise], z.bars[2][0]);
  EXPECT_EQ(told[kPhraseNoise + kBarNoise], z.players[3][0]);
  EXPECT_EQ(told[kTokenNoise - 1], z.cells[2][3][kCellNoise - 1]);
}

}  // namespace
}  // namespace cantus::band
