#include "sound/mix/reverb.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::sound {
namespace {

double energy(const Audio& audio, std::size_t from, std::size_t to) {
  double sum = 0.0;
  for (const auto& channel : audio.channels) {
    for (std::size_t i = from; i < std::min(to, channel.size()); ++i) {
      sum += static_cast<double>(channel[i]) * static_cast<double>(channel[i]);
    }
  }
  return sum;
}

Audio click(std::size_t frames = 44100) {
  Audio audio = silence(44100, 2, frames);
  audio.channels[0][0] = audio.channels[1][0] = 1.0F;
  return audio;
}

Audio noise(std::size_t frames, std::uint64_t seed) {
  Random random(seed);
  Audio audio = silence(44100, 2, frames);
  for (auto& channel : audio.channels) {
    for (float& sample : channel)
      sample = static_cast<float>(random.uniform() - 0.5);
  }
  return audio;
}

TEST(Reverb, NothingIsHeardBeforeThePredelay) {
  Audio audio = click();
  add_room(audio, Room{}, 1.0);
  EXPECT_EQ(peak(audio, 1, 790), 0.0F);
  EXPECT_GT(peak(audio, 790, 8000), 0.0F);
}

// Schroeder's backward integration gives the decay: a fit from -5 to -35 dB.
TEST(Reverb, DecaysBetweenItsBrightAndItsLowTime) {
  Audio audio = click(4 * 44100);
  const Room room;
  add_room(audio, room, 1.0);
  const double all = energy(audio, 1, audio.frames());
  std::size_t at5 = 0;
  std::size_t at35 = 0;
  double left = all;
  for (std::size_t i = 1; i < audio.frames() && at35 == 0; ++i) {
    left -= energy(audio, i, i + 1);
    if (at5 == 0 && left < all * std::pow(10.0, -0.5)) at5 = i;
    if (left < all * std::pow(10.0, -3.5)) at35 = i;
  }
  const double t60 = 2.0 * static_cast<double>(at35 - at5) / 44100.0;
  EXPECT_GT(t60, room.bright_decay_seconds);
  EXPECT_LT(t60, room.decay_seconds * 1.05);
}

TEST(Reverb, TheLengthenedEndIsAllButSilent) {
  Audio audio = click(4410);
  add_room(audio, Room{}, 1.0);
  EXPECT_LT(peak(audio, audio.frames() - 441), 1.0e-4F);
}

TEST(Reverb, SteadyNoiseComesBackAboutAsStrongAsItWentIn) {
  Audio audio = noise(3 * 44100, 1);
  const Audio dry = audio;
  add_room(audio, Room{}, 1.0);
  for (std::size_t c = 0; c < 2; ++c) {
    for (std::size_t i = 0; i < dry.frames(); ++i)
      audio.channels[c][i] -= dry.channels[c][i];
  }
  const double ratio = energy(audio, 44100, 3 * 44100) / energy(dry, 44100, 3 * 44100);
  EXPECT_NEAR(10.0 * std::log10(ratio), 0.0, 3.0);
}

TEST(Reverb, RoomsOfTwoSoundsAddUpToTheRoomOfTheirSum) {
  Audio a = noise(20000, 1);
  Audio b = noise(20000, 2);
  Audio both = a;
  add(both, b);
  for (Audio* audio : {&a, &b, &both})
    add_room(*audio, Room{}, 0.5);
  for (std::size_t i = 0; i < both.frames(); ++i) {
    ASSERT_NEAR(both.channels[0][i], a.channels[0][i] + b.channels[0][i], 1e-5F);
  }
}

TEST(Reverb, LeftAndRightAreUnlike) {
  Audio audio = click(44100);
  add_room(audio, Room{}, 1.0);
  double cross = 0.0;
  for (std::size_t i = 1; i < audio.frames(); ++i) {
    cross += static_cast<double>(audio.channels[0][i]) * static_cast<double>(audio.channels[1][i]);
  }
  EXPECT_LT(std::abs(cross) / (energy(audio, 1, audio.frames()) / 2.0), 0.2);
}

TEST(Reverb, ALongSilenceAfterASoundIsTrueSilence) {
  Audio audio = click(20 * 44100);
  add_room(audio, Room{}, 1.0);
  EXPECT_EQ(peak(audio, 19 * 44100), 0.0F);
}

}  // namespace
}  // namespace cantus::sound
