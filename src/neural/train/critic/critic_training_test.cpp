#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "neural/train/critic/deck.h"
#include "neural/train/critic/evaluation.h"
#include "neural/train/critic/fit.h"
#include "neural/train/critic/learning_net.h"
#include "neural/train/critic/variety.h"

namespace cantus::critic {
namespace {

/// A tune of two strains of eight bars, each twice: steps up and down the scale over C and G. One
/// that wanders leaps anywhere and never comes back.
Sheet tune(std::uint64_t seed, bool wanders = false) {
  constexpr std::array<int, 7> kScale = {0, 2, 4, 5, 7, 9, 11};
  Random random(seed);
  std::vector<SheetBar> strains;
  int degree = 0;
  for (int b = 0; b < 16; ++b) {
    SheetBar bar;
    const std::array<int, 5> steps =
        b % 2 == 0 ? std::array<int, 5>{0, 18, 24, 36, 48} : std::array<int, 5>{0, 12, 24, 36, 48};
    for (std::size_t i = 0; i < 4; ++i) {
      const int by =
          wanders ? static_cast<int>(random.below(11)) - 5 : static_cast<int>(random.below(3)) - 1;
      degree = std::clamp(degree + by, 0, 6);
      bar.notes.push_back({static_cast<std::int16_t>(steps[i]),
                           static_cast<std::int16_t>(steps[i + 1] - steps[i]),
                           static_cast<std::int16_t>(kScale[static_cast<std::size_t>(degree)])});
    }
    const SheetChord chord =
        b % 2 == 0 ? SheetChord{0, Family::major, 0x091} : SheetChord{7, Family::dominant, 0x8A4};
    std::fill_n(bar.chords.begin(), 4, chord);
    strains.push_back(bar);
  }
  Sheet sheet;
  for (int half = 0; half < 2; ++half) {
    for (int time = 0; time < 2; ++time) {
      for (int b = 0; b < 8; ++b)
        sheet.bars.push_back(strains[static_cast<std::size_t>(
            wanders ? (8 * half + b + 3 * time) % 16 : 8 * half + b)]);
    }
  }
  return sheet;
}

std::vector<Example> school() {
  std::vector<Example> examples;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto split = seed % 3 == 0 ? corpus::Split::validation : corpus::Split::train;
    examples.push_back({tune(seed), Kind::folk, true, split, "human/" + std::to_string(seed)});
    examples.push_back(
        {tune(seed + 100, true), Kind::folk, false, split, "ours/" + std::to_string(seed)});
  }
  return examples;
}

std::vector<Heard> some_sheets() {
  const auto examples = school();
  return Deck(examples, corpus::Split::train, 5).deal(12, {});
}

TEST(LearningNet, ItsOpinionsAreThoseOfTheNetworkThatJudges) {
  LearningNet learning(3);
  const std::vector<Heard> sheets = some_sheets();
  const Batch batch = batch_of(sheets);
  for (int i = 0; i < 5; ++i)
    learning.learn(batch, {});
  const Network network = *Network::from(learning.weights());
  const auto learnt = learning.opinions(batch);
  std::array<std::size_t, kScales> at{};
  const auto compare = [&](std::size_t scale, const std::vector<Opinion>& own) {
    for (const Opinion& opinion : own) {
      for (const float value : opinion) {
        const float other = learnt[scale][at[scale]++];
        ASSERT_NEAR(value, other, 1e-5F * std::max(1.0F, std::abs(other))) << "scale " << scale;
      }
    }
  };
  for (const Heard& sheet : sheets) {
    const Opinions own = network.opinions(sheet.marks);
    compare(0, own.phrases);
    compare(1, own.sections);
    compare(2, own.long_sections);
    compare(3, {own.piece});
  }
  for (std::size_t scale = 0; scale < kScales; ++scale)
    EXPECT_EQ(at[scale], learnt[scale].size());
}

TEST(Spoiling, ChangesSomethingAndSaysWhichBars) {
  const Sheet sheet = tune(7);
  for (int f = 0; f < kFaults; ++f) {
    const auto fault = static_cast<Fault>(f);
    const auto made = spoil(sheet, fault, Random(11));
    ASSERT_TRUE(made) << kFaultNames[static_cast<std::size_t>(f)];
    EXPECT_NE(made->sheet, sheet);
    EXPECT_EQ(made->sheet.bars.size(), sheet.bars.size());
    EXPECT_EQ(made->whole[0], Truth::spoiled);
    EXPECT_EQ(made->whole[static_cast<std::size_t>(aspect_of(fault))], Truth::spoiled);
    EXPECT_TRUE(std::ranges::any_of(made->bars, [](const auto& bar) {
      return bar[0] == Truth::spoiled;
    })) << kFaultNames[static_cast<std::size_t>(f)];
  }
}

TEST(Spoiling, BarsThatAreNotNamedAreAsTheyWere) {
  const Sheet sheet = tune(8);
  for (const Fault fault : {Fault::wrong_notes, Fault::other_chords, Fault::late_onsets,
                            Fault::exchanged_bars, Fault::lost_returns}) {
    const auto made = spoil(sheet, fault, Random(12));
    ASSERT_TRUE(made);
    for (std::size_t b = 0; b < sheet.bars.size(); ++b) {
      if (made->bars[b][0] != Truth::good) continue;
      EXPECT_EQ(made->sheet.bars[b].chords, sheet.bars[b].chords);
      for (std::size_t i = 0; i < sheet.bars[b].notes.size(); ++i)
        EXPECT_EQ(made->sheet.bars[b].notes[i].height, sheet.bars[b].notes[i].height);
    }
  }
}

TEST(Spoiling, FormFaultsKeepEveryBar) {
  const Sheet sheet = tune(9);
  const auto key = [](const SheetBar& bar) {
    std::vector<int> all;
    for (const SheetNote& note : bar.notes)
      all.push_back(100 * note.step + note.height);
    return all;
  };
  const auto bag = [&](const Sheet& of) {
    std::vector<std::vector<int>> bars;
    for (const SheetBar& bar : of.bars)
      bars.push_back(key(bar));
    std::ranges::sort(bars);
    return bars;
  };
  for (const Fault fault : {Fault::exchanged_bars, Fault::exchanged_sections, Fault::moved_ending,
                            Fault::shuffled_bars})
    EXPECT_EQ(bag(spoil(sheet, fault, Random(3))->sheet), bag(sheet));
}

TEST(Spoiling, WithoutChordsNoChordIsSpoiled) {
  EXPECT_FALSE(spoil(without_chords(tune(1)), Fault::other_chords, Random(1)));
  EXPECT_EQ(unspoiled(without_chords(tune(1))).whole[2], Truth::open);
}

TEST(Area, IsTheShareOfPairsInOrderTiesHalf) {
  const std::vector<double> high = {2, 3, 4};
  const std::vector<double> low = {1, 2, 0};
  EXPECT_NEAR(area_of(high, low, 0).area, 8.5 / 9.0, 1e-12);
  EXPECT_NEAR(area_of(low, high, 0).area, 0.5 / 9.0, 1e-12);
  const Area interval = area_of(high, low, 200);
  EXPECT_LE(interval.low, interval.area);
  EXPECT_GE(interval.high, interval.area);
}

TEST(Variety, IsNoneAmongEqualPiecesAndGrowsWithWhatTheyDoNotShare) {
  const std::vector<Sheet> equal = {tune(1), tune(1), tune(1)};
  EXPECT_NEAR(variety(equal), 0.0, 1e-12);
  const std::vector<Sheet> alike = {tune(1), tune(2), tune(3)};
  const std::vector<Sheet> different = {tune(1), tune(2, true), tune(3)};
  EXPECT_GT(variety(alike), 0.0);
  EXPECT_GT(variety(different), variety(alike));
  EXPECT_LE(variety(different), 1.0);
}

TEST(Fit, ACriticLearnsToTellTunesFromWanderingsAndSpoiledOnes) {
  const auto examples = school();
  Deck deck(examples, corpus::Split::train, 1);
  LearningNet learning(1);
  for (int step = 0; step < 160; ++step)
    learning.learn(batch_of(deck.deal(16, {})), {3e-3, 0.01, 0.0});
  const Network network = *Network::from(learning.weights());
  for (const AreaRow& row : evaluate(network, examples, corpus::Split::validation, 0)) {
    if (row.against == "composed, lead sheets") {
      EXPECT_GT(row.area.area, 0.95);
    }
    if (row.against == "wrong notes" && row.by == "melody") {
      EXPECT_GT(row.area.area, 0.8);
    }
  }
}

TEST(Fit, CalibrationMakesScoresOfGoodAndSpoiledMeetAtOneHalf) {
  const auto examples = school();
  Deck deck(examples, corpus::Split::train, 2);
  LearningNet learning(2);
  for (int step = 0; step < 40; ++step)
    learning.learn(batch_of(deck.deal(16, {})), {2e-3, 0.01, 0.0});
  Weights weights = learning.weights();
  const auto cards = Deck(examples, corpus::Split::validation, 3).deal(100, {});
  calibrate(weights, cards);
  const Network network = *Network::from(weights);
  std::array<double, 2> sums{};
  std::array<double, 2> counts{};
  for (const Heard& card : cards) {
    const bool good = card.truth.whole[0] == Truth::good;
    sums[good ? 1 : 0] +=
        1.0 / (1.0 + std::exp(-static_cast<double>(network.opinions(card.marks).piece[0])));
    counts[good ? 1 : 0] += 1.0;
  }
  EXPECT_NEAR(0.5 * (sums[0] / counts[0] + sums[1] / counts[1]), 0.5, 0.05);
}

}  // namespace
}  // namespace cantus::critic
