#include "neural/band_critic/critic.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <tuple>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "neural/band/random_phrase.h"

namespace cantus::band_critic {
namespace {

using rolls::Player;
using rolls::Roll;

Roll phrase(std::uint64_t seed, score::Metre metre = {4, 4}) {
  const auto c = band::random_conditions(metre, Random(seed));
  return band::roll_of(c.grid, metre, c.chords);
}

Weights random_weights(std::uint64_t seed) {
  Random random(seed);
  Weights weights;
  for (const LayerShape& shape : layer_shapes()) {
    critic::Layer& layer = weights.*shape.layer;
    const double deviation = 1.0 / std::sqrt(std::min(shape.inputs, 100));
    for (int i = 0; i < shape.inputs * shape.outputs; ++i)
      layer.matrix.push_back(static_cast<float>(deviation * random.normal()));
    for (int i = 0; i < shape.outputs; ++i)
      layer.bias.push_back(static_cast<float>(0.1 * random.normal()));
  }
  weights.calibration.scale.assign(kScales * kAspects, 0.5F);
  weights.calibration.shift.assign(kScales * kAspects, 0.25F);
  return weights;
}

TEST(Marks, AreBelowTheirNumbersAndEveryStrokeHasSome) {
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    const Roll roll = phrase(seed, seed % 2 == 0 ? score::Metre{4, 4} : score::Metre{3, 4});
    const MarkedPhrase marks = marked(roll);
    for (std::size_t p = 0; p < kPlayers; ++p) {
      EXPECT_EQ(marks.voices[p].size(), static_cast<std::size_t>(kBars));
      EXPECT_EQ(marks.strokes[p].size(), marks.bar[p].size());
      EXPECT_EQ(marks.strokes[p].size() == 0, roll.players[p].empty());
      for (const std::int32_t id : marks.strokes[p].ids)
        ASSERT_TRUE(id >= 0 && id < stroke_marks());
      for (const std::int32_t id : marks.voices[p].ids)
        ASSERT_TRUE(id >= 0 && id < voice_marks());
      EXPECT_TRUE(std::ranges::is_sorted(marks.bar[p]));
    }
    for (const std::int32_t id : marks.bars.ids)
      ASSERT_TRUE(id >= 0 && id < bar_marks());
  }
}

TEST(Marks, DoNotHearLoudness) {
  Roll roll = phrase(3);
  const MarkedPhrase before = marked(roll);
  for (auto& notes : roll.players) {
    for (rolls::RollNote& note : notes)
      note.band = 1;
  }
  const MarkedPhrase after = marked(roll);
  for (std::size_t p = 0; p < kPlayers; ++p)
    EXPECT_EQ(before.strokes[p].ids, after.strokes[p].ids);
}

TEST(Marks, HearANoteThatIsASemitoneOff) {
  Roll roll = phrase(4);
  ASSERT_FALSE(roll.of(Player::chords).empty());
  const MarkedPhrase before = marked(roll);
  ++roll.of(Player::bass).front().key;
  EXPECT_NE(before.strokes[1].ids, marked(roll).strokes[1].ids);
}

TEST(Network, ANoteThatChangesIsHeardInItsBarAndInThePhrase) {
  const Network network = *Network::from(random_weights(2));
  const Roll before = phrase(6);
  EXPECT_EQ(network.opinions(marked(before)).phrase, network.opinions(marked(before)).phrase);
  Roll after = before;
  rolls::RollNote& last = after.of(Player::bass).back();
  ASSERT_GE(last.onset, 3 * 48) << "a note of the last bar";
  last.key = static_cast<std::uint8_t>(last.key > 40 ? last.key - 1 : last.key + 1);
  const Opinions a = network.opinions(marked(before));
  const Opinions b = network.opinions(marked(after));
  EXPECT_NE(a.bars[3], b.bars[3]);
  EXPECT_NE(a.phrase, b.phrase);
}

TEST(Marks, HearAPlayerWhoIsABeatLateInOneBar) {
  Roll roll;
  for (int bar = 0; bar < kBars; ++bar) {
    for (const int beat : {0, 2})
      roll.of(Player::bass).push_back({static_cast<std::int16_t>(48 * bar + 12 * beat), 12, 36, 5});
  }
  const MarkedPhrase before = marked(roll);
  for (rolls::RollNote& note : roll.of(Player::bass)) {
    if (note.onset / 48 == 2) note.onset = static_cast<std::int16_t>(note.onset + 12);
  }
  const MarkedPhrase after = marked(roll);
  const auto of_bar = [](const Marks& marks, std::size_t bar) {
    return std::vector<std::int32_t>(marks.ids.begin() + marks.first[bar],
                                     marks.ids.begin() + marks.first[bar + 1]);
  };
  for (std::size_t bar = 0; bar < kBars; ++bar)
    EXPECT_NE(of_bar(before.voices[1], bar), of_bar(after.voices[1], bar)) << "every bar hears it";
  EXPECT_EQ(of_bar(before.voices[4], 2), of_bar(after.voices[4], 2)) << "of another player nothing";
}

TEST(Network, SilenceIsHeardWithoutHarm) {
  const Network network = *Network::from(random_weights(3));
  const Opinions opinions = network.opinions(marked(Roll{}));
  for (const float opinion : opinions.phrase)
    EXPECT_TRUE(std::isfinite(opinion));
}

TEST(Network, WeightsComeBackFromTheFileInHalfPrecision) {
  const auto path = std::filesystem::path(testing::TempDir()) / "band_critic_test.safetensors";
  const Weights weights = random_weights(3);
  ASSERT_TRUE(write_network(path, weights));
  EXPECT_LT(std::filesystem::file_size(path), 1'000'000U);
  const auto network = Network::load(path);
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->weights().calibration.scale, weights.calibration.scale);
  EXPECT_EQ(network->weights().stroke.bias, weights.stroke.bias);
  for (std::size_t i = 0; i < weights.pool.matrix.size(); ++i)
    ASSERT_NEAR(network->weights().pool.matrix[i], weights.pool.matrix[i], 1e-3);
  std::filesystem::remove(path);
}

TEST(Network, OtherFilesAndBrokenWeightsAreRefused) {
  const auto path = std::filesystem::path(testing::TempDir()) / "band_critic_bad.safetensors";
  const Weights weights = random_weights(4);
  ASSERT_TRUE(write_network(path, weights));
  const std::string bytes = *read_file(path, 1U << 22U);
  ASSERT_TRUE(write_file(path, std::string_view(bytes).substr(0, bytes.size() - 2)));
  EXPECT_FALSE(Network::load(path)) << "cut short";
  for (const auto& [word, other, said] :
       {std::tuple("cantus-band-critic-1", "cantus-band-critic-9", "not a band's critic"),
        std::tuple("\"marks\":\"1\"", "\"marks\":\"7\"", "train it again"),
        std::tuple("\"join\"", "\"jion\"", "join")}) {
    std::string changed = bytes;
    const auto at = changed.find(word);
    ASSERT_NE(at, std::string::npos) << word;
    changed.replace(at, std::string_view(word).size(), other);
    ASSERT_TRUE(write_file(path, changed));
    const auto refused = Network::load(path);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find(said), std::string::npos) << refused.error().message;
  }
  Weights broken = weights;
  broken.phrase.matrix[5] = std::nanf("");
  EXPECT_FALSE(Network::from(broken));
  broken = weights;
  broken.calibration.shift.pop_back();
  EXPECT_FALSE(Network::from(broken));
  std::filesystem::remove(path);
}

TEST(IsBand, AMelodyAndTwoOthersAreNeeded) {
  Roll roll;
  const std::vector<rolls::RollNote> note = {{0, 12, 60, 5}};
  roll.of(Player::melody) = roll.of(Player::drums) = note;
  EXPECT_FALSE(is_band(roll));
  roll.of(Player::pad) = note;
  EXPECT_TRUE(is_band(roll));
  roll.of(Player::melody).clear();
  EXPECT_FALSE(is_band(roll));
}

TEST(Critic, ScoresAreProbabilitiesAndWeakBarsAreOfThePiece) {
  const Critic critic(*Network::from(random_weights(5)));
  EXPECT_FALSE(critic.judge({}));
  std::vector<PhraseHeard> phrases;
  for (int i = 0; i < 3; ++i)
    phrases.push_back({5 + 4 * i, phrase(static_cast<std::uint64_t>(i + 8))});
  const auto judgement = critic.judge(phrases);
  ASSERT_TRUE(judgement);
  for (std::size_t a = 0; a < kAspects; ++a) {
    EXPECT_GT(judgement->scores[a], 0.0);
    EXPECT_LT(judgement->scores[a], 1.0);
    EXPECT_GE(judgement->weakest[a].first, 5);
    EXPECT_LE(judgement->weakest[a].last, 16);
  }
  EXPECT_EQ(judgement->phrases.back().bars, (BarRange{13, 16}));
  phrases.resize(1);
  phrases[0].roll.of(Player::drums).clear();
  const auto drumless = critic.judge(phrases);
  EXPECT_EQ(sentence_on(Aspect::drums, *drumless), "No drums play.");
}

TEST(Critic, RankIsTheLogOddsOfTheWhole) {
  const Critic critic(*Network::from(random_weights(6)));
  for (std::uint64_t seed = 1; seed < 6; ++seed) {
    const Roll roll = phrase(seed);
    const std::vector<PhraseHeard> one = {{1, roll}};
    const double odds = critic.rank(roll);
    EXPECT_NEAR(critic.judge(one)->of(Aspect::overall), 1.0 / (1.0 + std::exp(-odds)), 1e-9);
  }
}

TEST(Sentences, NameTheWeakBarOfAWeakAspectAndNoneOfAGoodOne) {
  Judgement judgement;
  judgement.heard.fill(true);
  judgement.scores.fill(0.1);
  judgement.weakest.fill({6, 6});
  EXPECT_EQ(sentence_on(Aspect::bass, judgement), "The bass goes astray in bar 6.");
  judgement.scores.fill(0.5);
  for (std::size_t a = 0; a < kAspects; ++a)
    EXPECT_NE(sentence_on(static_cast<Aspect>(a), judgement).find("bar 6"), std::string::npos);
  judgement.scores.fill(0.9);
  for (std::size_t a = 0; a < kAspects; ++a)
    EXPECT_EQ(sentence_on(static_cast<Aspect>(a), judgement).find("bar 6"), std::string::npos);
}

}  // namespace
}  // namespace cantus::band_critic
