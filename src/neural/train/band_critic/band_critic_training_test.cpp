#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "neural/band/beat_grid.h"
#include "neural/train/band_critic/deck.h"
#include "neural/train/band_critic/evaluation.h"
#include "neural/train/band_critic/fit.h"
#include "neural/train/band_critic/learning_net.h"

namespace cantus::band_critic {
namespace {

using rolls::Player;
using rolls::Roll;

/// Kick and snare, a bass on the root, chords and a tune over I and V; one that strays has its bass
/// and its drums anywhere.
Roll phrase(std::uint64_t seed, bool strays = false) {
  Random random(seed);
  Roll roll;
  const auto step = [](int bar, int sixteenth) {
    return static_cast<std::int16_t>(48 * bar + 3 * sixteenth);
  };
  const auto add = [&](Player player, int bar, int at, int length, int key) {
    roll.of(player).push_back(
        {step(bar, at), static_cast<std::int16_t>(length), static_cast<std::uint8_t>(key), 5});
  };
  constexpr std::array<int, 7> kScale = {60, 62, 64, 65, 67, 69, 71};
  const int busy = static_cast<int>(random.below(3));
  for (int bar = 0; bar < rolls::kBars; ++bar) {
    const int root = bar % 2 == 0 ? 0 : 7;
    const auto tones = static_cast<std::uint16_t>(root == 0 ? 0x091 : 0x884);
    for (int half = 0; half < 2; ++half)
      roll.chords[static_cast<std::size_t>(2 * bar + half)] = {
          tones, static_cast<std::uint8_t>(root), static_cast<std::uint8_t>(root)};
    for (int i = 0; i < 4; ++i) {
      const int at = strays ? static_cast<int>(random.below(16)) : 4 * i;
      add(Player::drums, bar, at, 1, i % 2 == 0 ? 36 : 38);
      add(Player::bass, bar, at, 12,
          strays ? 36 + static_cast<int>(random.below(12)) : 36 + root + (i == 2 ? 7 : 0));
      add(Player::drums, bar, 4 * i + 2, 1, 42);
    }
    for (const int key : {48, 52, 55})
      add(Player::chords, bar, 0, 24, root == 0 ? key : key + 7);
    for (int i = 0; i < 2 + busy; ++i)
      add(Player::melody, bar, 4 * i, 12, kScale[random.below(kScale.size())]);
  }
  rolls::tidy(roll);
  return roll;
}

std::vector<Example> school() {
  std::vector<Example> examples;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    const auto split = seed % 3 == 0 ? rolls::Split::validation : rolls::Split::train;
    examples.push_back({phrase(seed), Maker::people, split, seed});
    examples.push_back({phrase(seed + 100, true), Maker::band, split, seed});
  }
  return examples;
}

TEST(LearningNet, ItsOpinionsAreThoseOfTheNetworkThatJudges) {
  LearningNet learning(3);
  const auto examples = school();
  auto cards = Deck(examples, rolls::Split::train, 5).deal(12, {});
  Card silent;  // a phrase in which nobody plays drums
  Roll drumless = phrase(77);
  drumless.of(Player::drums).clear();
  silent.truth = unspoiled(drumless);
  silent.marks = marked(drumless);
  cards.push_back(silent);
  const Batch batch = batch_of(cards);
  for (int i = 0; i < 5; ++i)
    learning.learn(batch, {});
  const Network network = *Network::from(learning.weights());
  const auto learnt = learning.opinions(batch);
  std::array<std::size_t, kScales> at{};
  const auto compare = [&](std::size_t scale, const Opinion& own) {
    for (const float value : own) {
      const float other = learnt[scale][at[scale]++];
      ASSERT_NEAR(value, other, 2e-5F * std::max(1.0F, std::abs(other))) << "scale " << scale;
    }
  };
  for (const Card& card : cards) {
    const Opinions own = network.opinions(card.marks);
    for (const Opinion& bar : own.bars)
      compare(0, bar);
    compare(1, own.phrase);
  }
  for (std::size_t scale = 0; scale < kScales; ++scale)
    EXPECT_EQ(at[scale], learnt[scale].size());
}

std::vector<Roll> lenders() {
  std::vector<Roll> rolls;
  for (std::uint64_t seed = 200; seed < 210; ++seed)
    rolls.push_back(phrase(seed));
  return rolls;
}

TEST(Spoiling, ChangesWhatIsHeardAndSaysWhichBars) {
  const auto rolls = lenders();
  std::vector<const Roll*> others;
  for (const Roll& roll : rolls)
    others.push_back(&roll);
  for (int f = 0; f < kFaults; ++f) {
    const auto fault = static_cast<Fault>(f);
    const auto name = kFaultNames[static_cast<std::size_t>(f)];
    std::optional<Spoiled> made;
    Roll roll;
    for (std::uint64_t seed = 1; seed < 20 && !made; ++seed) {
      roll = phrase(seed);
      made = spoil(roll, fault, others, Random(seed));
    }
    ASSERT_TRUE(made) << name;
    const auto before = marked(roll);
    const auto after = marked(made->roll);
    bool changed = before.bars.ids != after.bars.ids;
    for (std::size_t p = 0; p < kPlayers; ++p)
      changed = changed || before.strokes[p].ids != after.strokes[p].ids;
    EXPECT_TRUE(changed) << name;
    const auto aspect = static_cast<std::size_t>(aspect_of(fault));
    EXPECT_EQ(made->whole[0], Truth::spoiled) << name;
    EXPECT_EQ(made->whole[aspect], Truth::spoiled) << name;
    EXPECT_TRUE(std::ranges::any_of(made->bars, [&](const Truths& bar) {
      return bar[0] == Truth::spoiled && bar[aspect] == Truth::spoiled;
    })) << name;
  }
}

TEST(Spoiling, FaultsOfOnePlayerLeaveTheOthersAlone) {
  for (const auto& [fault, player] :
       {std::pair(Fault::shuffled_drums, Player::drums),
        std::pair(Fault::late_drums, Player::drums), std::pair(Fault::wrong_bass, Player::bass),
        std::pair(Fault::late_bass, Player::bass)}) {
    for (std::uint64_t seed = 1; seed < 12; ++seed) {
      const Roll roll = phrase(seed);
      const auto made = spoil(roll, fault, {}, Random(seed));
      if (!made) continue;
      for (const Player other : rolls::kAllPlayers) {
        if (other == player) continue;
        EXPECT_TRUE(std::ranges::equal(made->roll.of(other), roll.of(other)));
      }
      const auto untouched = player == Player::drums ? Aspect::bass : Aspect::drums;
      EXPECT_EQ(made->whole[static_cast<std::size_t>(untouched)], Truth::good);
    }
  }
}

TEST(Spoiling, WithoutAPlayerItsFaultsAreNoneAndItsAspectIsOpen) {
  Roll roll = phrase(3);
  roll.of(Player::bass).clear();
  EXPECT_FALSE(spoil(roll, Fault::wrong_bass, {}, Random(1)));
  EXPECT_EQ(unspoiled(roll).whole[static_cast<std::size_t>(Aspect::bass)], Truth::open);
}

TEST(Area, CountsPairsTiesHalfAndResamplesPieces) {
  const std::vector<Scored> people = {{2, 1}, {3, 1}, {4, 2}};
  const std::vector<Scored> others = {{1, 1}, {2, 2}, {0, 2}};
  EXPECT_NEAR(area_of(people, others, 0).area, 8.5 / 9.0, 1e-12);
  const std::vector<Scored> one_piece = {{2, 7}, {3, 7}, {1, 7}};
  const std::vector<Scored> same_piece = {{2.5, 7}, {1.5, 7}};
  const Area interval = area_of(one_piece, same_piece, 100);
  EXPECT_EQ(interval.low, interval.area) << "one piece has no interval";
  EXPECT_EQ(interval.high, interval.area);
}

TEST(Fit, ACriticLearnsToTellBandsFromStrayingAndSpoiledOnes) {
  const auto examples = school();
  Deck deck(examples, rolls::Split::train, 1);
  LearningNet learning(1);
  for (int step = 0; step < 150; ++step)
    learning.learn(batch_of(deck.deal(16, {})), {3e-3, 0.01, 0.0});
  const Network network = *Network::from(learning.weights());
  bool looked = false;
  for (const AreaRow& row : evaluate(network, examples, rolls::Split::validation, 0)) {
    if (row.against == kMakerNames[1]) {
      EXPECT_GT(row.area.area, 0.95);
      looked = true;
    }
    if (row.against == "wrong bass" && row.by == "bass") {
      EXPECT_GT(row.area.area, 0.8);
    }
  }
  EXPECT_TRUE(looked);
}

TEST(Fit, CalibrationMakesScoresOfGoodAndSpoiledMeetAtOneHalf) {
  const auto examples = school();
  Deck deck(examples, rolls::Split::train, 2);
  LearningNet learning(2);
  for (int step = 0; step < 40; ++step)
    learning.learn(batch_of(deck.deal(16, {})), {2e-3, 0.01, 0.0});
  Weights weights = learning.weights();
  const auto cards = Deck(examples, rolls::Split::validation, 3).deal(200, {});
  calibrate(weights, cards);
  const Network network = *Network::from(weights);
  std::array<double, 2> sums{};
  std::array<double, 2> counts{};
  for (const Card& card : cards) {
    const std::size_t good = card.truth.whole[0] == Truth::good ? 1 : 0;
    sums[good] +=
        1.0 / (1.0 + std::exp(-static_cast<double>(network.opinions(card.marks).phrase[0])));
    counts[good] += 1.0;
  }
  EXPECT_NEAR(0.5 * (sums[0] / counts[0] + sums[1] / counts[1]), 0.5, 0.05);
}

}  // namespace
}  // namespace cantus::band_critic
