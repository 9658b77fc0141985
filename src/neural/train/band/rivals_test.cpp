#include "neural/train/band/rivals.h"

#include <bit>
#include <cmath>
#include <list>

#include <gmock/gmock.h>

#include "neural/band/network.h"
#include "neural/band/random_phrase.h"
#include "neural/train/band/fit.h"
#include "neural/train/band/table.h"

namespace cantus::train_band {
namespace {

using band::Conditions;
using rolls::Player;

RivalSettings small() {
  return {.shape = {32, 48, 2, 2, 1, 1}};
}

band::BandNet loaded(const Rivals& rivals, const RivalSettings& s) {
  std::list<std::vector<float>> kept;
  std::vector<infer::NamedTensor> tensors;
  const auto add = [&](const NamedWeight& weight) {
    kept.push_back(weight.values);
    tensors.emplace_back(weight.name, infer::Shape(weight.shape.begin(), weight.shape.end()),
                         std::span<const float>(kept.back()));
  };
  for (const NamedWeight& weight : rivals.playing_weights())
    add(weight);
  const auto bytes = infer::safetensors_bytes(
      tensors, {{"format", band::kFormat},
                {"width", std::to_string(s.shape.width)},
                {"hidden", std::to_string(s.shape.hidden)},
                {"heads", std::to_string(s.shape.heads)},
                {"generator_blocks", std::to_string(s.shape.generator_blocks)},
                {"encoder_blocks", std::to_string(s.shape.encoder_blocks)}});
  const auto file = infer::SafeTensors::parse(std::as_bytes(std::span(*bytes)));
  auto net = band::BandNet::load(*file);
  EXPECT_TRUE(net.has_value()) << net.error().message;
  return std::move(*net);
}

/// Noise as the trainer spreads it: [bar][beat of the bar][player][kTokenNoise].
std::vector<float> spread(const band::Latents& z) {
  std::vector<float> out(std::size_t{kTokens} * band::kTokenNoise);
  for (int token = 0; token < kTokens; ++token) {
    band::write_noise(z, token / band::kPlayers / band::kBeatsOfBar,
                      static_cast<Player>(token % band::kPlayers),
                      std::span(out).subspan(static_cast<std::size_t>(token) * band::kTokenNoise,
                                             band::kTokenNoise));
  }
  return out;
}

/// The place among the batch's tokens of a phrase's token.
std::size_t wide(int token, int beats) {
  const int beat = token / band::kPlayers;
  return static_cast<std::size_t>((beat / beats * 4 + beat % beats) * band::kPlayers +
                                  token % band::kPlayers);
}

TEST(Rivals, TheEngineSaysWhatTheTrainerSays) {
  const RivalSettings settings = small();
  Rivals rivals(settings);
  const band::BandNet net = loaded(rivals, settings);
  band::BandNet::Workspace work(net);
  for (const score::Metre metre : {score::Metre{4, 4}, score::Metre{3, 4}}) {
    const Conditions c = band::random_conditions(metre, Random(5));
    const band::Latents z = band::draw_latents(Random(6));
    const Batch batch = batch_of(std::span(&c, 1));
    std::vector<float> logits(static_cast<std::size_t>(c.tokens()) * band::kContentFeatures);
    net.generate(c, z, work, logits);
    const PhraseLogits wanted = rivals.generate_from(batch, spread(z));
    for (int token = 0; token < c.tokens(); ++token) {
      const std::size_t at = wide(token, band::beats_of_bar(metre)) * band::kContentFeatures;
      for (std::size_t i = 0; i < band::kContentFeatures; ++i) {
        ASSERT_NEAR(logits[static_cast<std::size_t>(token) * band::kContentFeatures + i],
                    wanted[at + i], 2e-4)
            << token << " " << i;
      }
    }
    const std::vector<float> mean = rivals.encode(batch);
    const band::Latents heard = net.encode(c, work);
    for (std::size_t i = 0; i < band::kPhraseNoise; ++i)
      ASSERT_NEAR(heard.phrase[i], mean[i], 2e-4);
    ASSERT_NEAR(heard.cells[3][4][band::kCellNoise - 1], mean.back(), 2e-4);
  }
}

TEST(Rivals, TheSameSeedTakesTheSameSteps) {
  std::vector<Conditions> phrases;
  for (std::uint64_t i = 0; i < 8; ++i)
    phrases.push_back(band::random_conditions({4, 4}, Random(i)));
  const Batch batch = batch_of(phrases);
  const auto course = [&] {
    Rivals rivals(small());
    rivals.learn(batch, false, 1.0);
    rivals.learn(batch, true, 1.0);
    return rivals.learn(batch, true, 1.0).discriminator;
  };
  EXPECT_EQ(course(), course());
}

TEST(Rivals, ARunGoesOnWhereItsCheckpointStopped) {
  std::vector<Conditions> phrases;
  for (std::uint64_t i = 0; i < 8; ++i)
    phrases.push_back(band::random_conditions({3, 4}, Random(i)));
  const Batch batch = batch_of(phrases);
  Rivals whole(small());
  whole.learn(batch, true, 1.0);
  std::map<std::string, std::vector<float>> kept;
  for (const NamedWeight& weight : whole.everything())
    kept.emplace(weight.name, weight.values);
  Rivals again(small());
  ASSERT_TRUE(again.restore(kept, 1));
  EXPECT_EQ(whole.learn(batch, true, 1.0).generator, again.learn(batch, true, 1.0).generator);
  kept.erase(kept.begin());
  EXPECT_FALSE(again.restore(kept, 1));
}

/// Four bars of a plain band: kick, snare and hat; a bass on the roots; chords on the beats or off
/// them.
Conditions toy_phrase(Random random) {
  rolls::Roll roll;
  const std::array<int, 4> roots = {0, 5, 7, 9};
  const bool off_beat = random.uniform() < 0.5;
  for (int bar = 0; bar < rolls::kBars; ++bar) {
    const int root = roots[random.below(4)];
    const unsigned triad = (root == 9 ? 1U | 8U | 128U : 1U | 16U | 128U);
    const auto tones = static_cast<std::uint16_t>((triad << root | triad << root >> 12U) & 0xFFFU);
    for (const int half : {0, 1}) {
      roll.chords[static_cast<std::size_t>(2 * bar + half)] = {
          tones, static_cast<std::uint8_t>(root), static_cast<std::uint8_t>(root)};
    }
    const auto at = [&](int step) { return static_cast<std::int16_t>(bar * 48 + step); };
    for (int beat = 0; beat < 4; ++beat) {
      const auto drum = static_cast<std::uint8_t>(beat % 2 == 0 ? 36 : 38);
      roll.of(Player::drums).push_back({at(12 * beat), 3, drum, 6});
      roll.of(Player::drums).push_back({at(12 * beat), 3, 42, 4});
      roll.of(Player::drums).push_back({at(12 * beat + 6), 3, 42, 3});
      roll.of(Player::bass).push_back({at(12 * beat), 12, static_cast<std::uint8_t>(36 + root), 5});
      for (const int tone : {0, root == 9 ? 3 : 4, 7}) {
        roll.of(Player::chords)
            .push_back({at(12 * beat + (off_beat ? 6 : 0)), 6,
                        static_cast<std::uint8_t>(60 + (root + tone) % 12), 5});
      }
    }
  }
  for (auto& notes : roll.players)
    std::ranges::sort(notes);
  return band::conditions_of(roll, false, 0);
}

/// Two networks at their contest on two minutes' worth of toy music at most: what is generated
/// from noise must come nearer to the data in MuseGAN's table and in how much is played.
TEST(Rivals, TheContestBringsWhatIsGeneratedNearerToTheData) {
  RivalSettings settings = small();
  settings.generator_rate = 2e-3;
  settings.discriminator_rate = 1e-3;
  settings.average = 0.98;
  settings.divergence = 0.1;
  Rivals rivals(settings);
  std::vector<Conditions> phrases;
  for (std::uint64_t i = 0; i < 64; ++i)
    phrases.push_back(toy_phrase(Random(i)));
  std::vector<rolls::Roll> data;
  for (const Conditions& phrase : phrases)
    data.push_back(band::roll_of(phrase.grid, phrase.metre, phrase.chords));
  const auto away = [&] {
    return distance(table_of(generated(rivals, phrases, {}, {.strict = false}, 1)), table_of(data));
  };
  const double before = away();
  Random random(1);
  StepFigures last;
  for (int step = 0; step < 260; ++step) {
    std::vector<Conditions> some;
    for (int i = 0; i < 16; ++i)
      some.push_back(phrases[random.below(phrases.size())]);
    last = rivals.learn(batch_of(some), step >= 60, 1.0);
  }
  const double after = away();
  EXPECT_LT(after, 0.4 * before) << "before " << before;
  EXPECT_GT(last.discriminator, 0.0);  // it has not won
  RecordProperty("before", std::to_string(before));
  RecordProperty("after", std::to_string(after));
  std::printf("distance to the data %.3f before, %.3f after\n", before, after);
}

}  // namespace
}  // namespace cantus::train_band
