#include "neural/train/windows.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "neural/train/toy_corpus.h"
#include "neural/train/training_windows.h"

namespace cantus::train {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kContext = 32;

class Windows : public testing::Test {
 protected:
  Windows() {
    write_climbing(folder_ / "toy.pack");
    toy_.emplace(folder_ / "toy.pack");
  }
  TrainingWindows training(int transpose = 0, Mix mix = {}) const {
    return *TrainingWindows::create(toy_->corpus, toy_->catalogue, {kContext, transpose, mix});
  }
  TestFolder folder_;
  std::optional<OpenedToy> toy_;
};

TEST_F(Windows, ABatchIsAFunctionOfSeedAndStep) {
  const TrainingWindows windows = training(5);
  Batch first;
  Batch again;
  Batch other;
  windows.draw(1, 7, 4, first);
  windows.draw(1, 8, 4, again);
  windows.draw(1, 7, 4, again);
  windows.draw(2, 7, 4, other);
  EXPECT_EQ(first.inputs, again.inputs);
  EXPECT_EQ(first.targets, again.targets);
  EXPECT_NE(first.inputs, other.inputs);
}

TEST_F(Windows, EachScoredTargetIsTheNextTokenOfItsSequence) {
  const TrainingWindows windows = training();
  Batch batch;
  windows.draw(1, 1, 16, batch);
  std::int64_t scored = 0;
  for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
    if (batch.targets[i] == kUnscored) continue;
    ++scored;
    if ((i + 1) % kContext == 0) continue;
    const bool same_window = batch.starts[i + 1] == batch.starts[i];
    if (same_window) {
      EXPECT_EQ(batch.targets[i], batch.inputs[i + 1]);
    }
  }
  EXPECT_EQ(scored, batch.scored);
  EXPECT_GT(scored, 16 * kContext * 3 / 4);
}

TEST_F(Windows, EveryWindowBeginsWithItsUnscoredHeader) {
  const TrainingWindows windows = training();
  Batch batch;
  windows.draw(3, 1, 16, batch);
  for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
    const auto position = static_cast<std::int32_t>(i % kContext);
    if (batch.starts[i] != position || batch.targets[i + 1] == kUnscored) continue;
    const auto& sequence = toy_->corpus.sequences()[batch.sequences[i]];
    const auto tokens = toy_->corpus.tokens_of(sequence);
    EXPECT_EQ(batch.inputs[i], tokens[0]);
    EXPECT_EQ(batch.inputs[i + 1], tokens[1]);
    EXPECT_EQ(batch.targets[i], kUnscored);
    EXPECT_TRUE(
        toy_->catalogue.vocabulary.bars.contains(static_cast<std::uint32_t>(batch.targets[i + 1])));
  }
}

TEST_F(Windows, OnlyTheTrainingSplitIsDrawn) {
  const TrainingWindows windows = training();
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const Window window = windows.draw_window(random, kContext);
    EXPECT_EQ(toy_->corpus.sequences()[window.sequence].split, corpus::Split::train);
  }
}

TEST_F(Windows, AWindowFitsItsRoomAndBeginsAtABar) {
  const TrainingWindows windows = training();
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const std::int64_t room = 8 + static_cast<std::int64_t>(random.below(25));
    const Window window = windows.draw_window(random, room);
    const auto& sequence = toy_->corpus.sequences()[window.sequence];
    EXPECT_LE(positions_of(sequence, window), room);
    EXPECT_TRUE(
        toy_->catalogue.vocabulary.bars.contains(toy_->corpus.tokens_of(sequence)[window.from]));
  }
}

TEST_F(Windows, TokensAreSeenEquallyOftenButABeginningUpToTwice) {
  write_toy(folder_ / "long.pack", {climbing(0, 100, corpus::Split::train)});
  const OpenedToy longer(folder_ / "long.pack");
  const auto windows = TrainingWindows::create(longer.corpus, longer.catalogue, {kContext, 0, {}});
  ASSERT_TRUE(windows);
  std::vector<double> seen(longer.corpus.tokens().size());
  Random random(4);
  constexpr int kDraws = 40000;
  for (int i = 0; i < kDraws; ++i) {
    const Window window = windows->draw_window(random, kContext);
    for (std::uint32_t at = window.from; at < window.to; ++at)
      seen[at] += 1.0;
  }
  const double expected = kDraws * 31.0 / (401.0 + 31.0);
  for (std::size_t at = 2; at < seen.size(); ++at) {
    EXPECT_GT(seen[at] / expected, 0.85) << at;
    EXPECT_LT(seen[at] / expected, at < 2 + 31 ? 2.1 : 1.15) << at;
  }
}

TEST_F(Windows, SequencesAreDrawnInProportionToLengthTimesWeight) {
  const TrainingWindows windows = training(0, {{"dances", 3.0}, {"melody", 0.0}});
  Random random(5);
  std::map<bool, double> expected;
  std::map<bool, double> drawn;
  double sum = 0.0;
  for (const auto& sequence : toy_->corpus.sequences()) {
    if (sequence.split != corpus::Split::train || sequence.view == 0) continue;
    const bool dance = toy_->catalogue.pieces[sequence.piece].set == "dances";
    expected[dance] += sequence.length * (dance ? 3.0 : 1.0);
    sum += sequence.length * (dance ? 3.0 : 1.0);
  }
  for (int i = 0; i < 20000; ++i) {
    const auto& sequence = toy_->corpus.sequences()[windows.draw_window(random, 32).sequence];
    EXPECT_EQ(sequence.view, 1);
    drawn[toy_->catalogue.pieces[sequence.piece].set == "dances"] += 1.0 / 20000;
  }
  EXPECT_NEAR(drawn[true], expected[true] / sum, 0.02);
}

TEST_F(Windows, AnUnknownNameInTheMixIsRefused) {
  const auto windows =
      TrainingWindows::create(toy_->corpus, toy_->catalogue, {kContext, 0, {{"waltzes", 1.0}}});
  ASSERT_FALSE(windows);
  EXPECT_THAT(windows.error().message, HasSubstr("waltzes"));
}

TEST_F(Windows, EveryTokenAfterAHeaderIsScoredExactlyOnce) {
  for (const std::int64_t context : {8, 13, 32, 64, 1000}) {
    const auto windows =
        scoring_windows(toy_->corpus, toy_->catalogue.vocabulary, corpus::Split::train, context);
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> times;
    for (const Window& window : windows) {
      EXPECT_LE(positions_of(toy_->corpus.sequences()[window.sequence], window), context);
      EXPECT_LE(window.from, window.score_from);
      for (std::uint32_t at = window.score_from; at < window.to; ++at) {
        ++times[{window.sequence, at}];
      }
    }
    std::size_t expected = 0;
    for (const auto& sequence : toy_->corpus.sequences()) {
      if (sequence.split == corpus::Split::train) expected += sequence.length - 2;
    }
    EXPECT_EQ(times.size(), expected) << context;
    for (const auto& [place, count] : times)
      EXPECT_EQ(count, 1);
  }
}

TEST_F(Windows, LayingOutKeepsEveryScoredToken) {
  const auto windows =
      scoring_windows(toy_->corpus, toy_->catalogue.vocabulary, corpus::Split::train, kContext);
  std::int64_t expected = 0;
  for (const Window& window : windows)
    expected += window.to - window.score_from;
  std::int64_t scored = 0;
  for (const Batch& batch : lay_out(toy_->corpus, windows, 3, kContext))
    scored += batch.scored;
  EXPECT_EQ(scored, expected);
}

TEST_F(Windows, ThinningKeepsAboutTheTokensAskedFor) {
  const auto windows =
      scoring_windows(toy_->corpus, toy_->catalogue.vocabulary, corpus::Split::train, kContext);
  std::int64_t kept = 0;
  for (const Window& window : thin(windows, 600))
    kept += window.to - window.score_from;
  EXPECT_NEAR(static_cast<double>(kept), 600.0, 120.0);
  EXPECT_EQ(thin(windows, 1 << 30), windows);
}

TEST(Transposition, UpThenDownGivesTheSame) {
  const corpus::Catalogue catalogue = toy_catalogue();
  for (int k = -12; k <= 12; ++k) {
    const auto up = transposition(catalogue.vocabulary, k);
    const auto down = transposition(catalogue.vocabulary, -k);
    for (std::size_t id = 0; id < up.size(); ++id) {
      if (up[id] == kLeavesRange) continue;
      EXPECT_EQ(down[up[id]], id) << k;
    }
  }
}

TEST(Transposition, KeyNumbersMovePitchClassesTurnAndTheRestStays) {
  const auto up = transposition(toy_catalogue().vocabulary, 3);
  EXPECT_EQ(up[0], 0);
  EXPECT_EQ(up[1], 1);
  EXPECT_EQ(up[5], 8);
  EXPECT_EQ(up[16], 7);
  EXPECT_EQ(up[17], 20);
  EXPECT_EQ(up[40], kLeavesRange);
  EXPECT_EQ(up[41], 41);
}

TEST_F(Windows, AWindowThatWouldLeaveItsRangeIsNotTransposed) {
  // Key 17 is the lowest and 40 the highest: no transposition fits.
  write_toy(folder_ / "wide.pack", {{{5, 41, 1, 17, 40, 0}, {2}}});
  const OpenedToy wide(folder_ / "wide.pack");
  const auto windows = TrainingWindows::create(wide.corpus, wide.catalogue, {kContext, 6, {}});
  ASSERT_TRUE(windows);
  Batch batch;
  for (std::uint64_t step = 0; step < 20; ++step) {
    windows->draw(1, step, 1, batch);
    EXPECT_EQ(batch.inputs[0], 5);
    EXPECT_EQ(batch.inputs[3], 17);
  }
}

TEST_F(Windows, TransposingKeepsTheIntervals) {
  const TrainingWindows windows = training(6);
  Batch batch;
  std::map<int, int> keys;
  for (std::uint64_t step = 0; step < 30; ++step) {
    windows.draw(1, step, 4, batch);
    for (std::size_t i = 0; i + 1 < batch.inputs.size(); ++i) {
      if (batch.targets[i] < 17 || batch.targets[i] > 40 || batch.inputs[i] < 17) continue;
      const int interval = batch.targets[i] - batch.inputs[i];
      EXPECT_TRUE(interval == 2 || interval == -8) << interval;
      ++keys[batch.inputs[i] % 2];
    }
  }
  EXPECT_GT(keys[0], 0);
  EXPECT_GT(keys[1], 0);
}

}  // namespace
}  // namespace cantus::train
