#include "neural/train/benchmark/voice_score.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/train/benchmark/voice_features.h"

namespace cantus::benchmark {
namespace {

Chorale some_chorale(std::uint64_t seed, std::size_t sixteenths) {
  Random random(seed);
  Chorale chorale(sixteenths);
  Sixteenth now{72, 65, 60, 48};
  for (Sixteenth& sixteenth : chorale) {
    for (auto& key : now) {
      if (random.below(4) == 0 && key) key = *key + static_cast<int>(random.below(7)) - 3;
      if (random.below(40) == 0) key = key ? std::optional<int>() : std::optional<int>(60);
    }
    sixteenth = now;
  }
  return chorale;
}

class VoiceScore : public testing::TestWithParam<VoiceOrder> {
 protected:
  ContextMemory memory_ =
      remember(std::vector<Voices>{voices_of(some_chorale(1, 60)), voices_of(some_chorale(2, 60))},
               GetParam());
  DecisionNet net_{{voice_feature_count(), 32, 16, 8}, 7};

  NoteLosses losses(const Chorale& chorale) {
    return losses_of_each({&net_, 1}, context_of(voices_of(chorale), GetParam(), memory_)).back();
  }
};

TEST_P(VoiceScore, TheProbabilitiesOfAllNotesAddUpToOne) {
  for (const std::size_t t : {0, 1, 17}) {
    for (std::size_t place = 0; place < kVoices; ++place) {
      Chorale chorale = some_chorale(3, 18);
      double sum = 0.0;
      for (int key = -1; key < 128; ++key) {
        chorale[t][GetParam()[place]] = key < 0 ? std::optional<int>() : std::optional<int>(key);
        sum += std::exp(-losses(chorale)[t][place]);
      }
      EXPECT_NEAR(sum, 1.0, 1e-4) << "sixteenth " << t << ", place " << place;
    }
  }
}

TEST_P(VoiceScore, DisturbingANoteLeavesAllLossesBeforeItUnchanged) {
  const Chorale chorale = some_chorale(4, 40);
  const NoteLosses as_it_is = losses(chorale);
  for (std::size_t t = 0; t < chorale.size(); ++t) {
    for (std::size_t place = 0; place < kVoices; ++place) {
      Chorale disturbed = chorale;
      auto& key = disturbed[t][GetParam()[place]];
      key = key.value_or(60) + 1;
      const NoteLosses now = losses(disturbed);
      // Another number of questions in the batch changes how the products are rounded, no more.
      for (std::size_t note = 0; note < t * kVoices + place; ++note) {
        EXPECT_NEAR(as_it_is[note / kVoices][note % kVoices], now[note / kVoices][note % kVoices],
                    1e-5);
      }
      EXPECT_GT(std::abs(as_it_is[t][place] - now[t][place]), 1e-4);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Orders, VoiceScore, testing::Values(kFromBass, kFromSoprano));

TEST(VoiceScoreFigures, EveryNoteOfEverySixteenthCounts) {
  const std::vector<NoteLosses> pieces{{{1.0, 0.0, 0.0, 0.0}}, {{0.0, 0.0, 0.0, 1.0}, {}}};
  EXPECT_DOUBLE_EQ(nats_a_note(pieces), 2.0 / 12.0);
}

TEST(ContextMemory, LeavesOutWhatThePieceItselfAdded) {
  ContextMemory memory;
  memory.add(5, 0, 2);
  memory.add(5, 1, 2);
  memory.add(5, 1, -1);
  EXPECT_EQ(memory.outcomes(5, -1).size(), 2U);
  const Outcomes others = memory.outcomes(5, 1);
  ASSERT_EQ(others.size(), 1U);
  EXPECT_EQ(others[0].times, 1);
}

}  // namespace
}  // namespace cantus::benchmark
