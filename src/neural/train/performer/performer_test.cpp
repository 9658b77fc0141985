#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/random.h"
#include "neural/train/performer/evaluation.h"
#include "neural/train/performer/fit.h"
#include "neural/train/performer/learning_net.h"

namespace cantus::performer {
namespace {

using score::beats;
using score::Tick;

score::Note hit(Tick at, int key, int velocity) {
  score::Note note{at, beats(1, 8), score::Pitch::clamped(key)};
  note.velocity = velocity;
  return note;
}

/// Kicks on the beat, loud; snares late on two and four; soft hats between.
Performance drumming(std::uint64_t seed, int bars, corpus::Split split) {
  Random random(seed);
  score::Piece piece;
  score::Part part;
  part.role = score::Role::drums;
  const score::TickLength ms(score::kTicksPerBeat / 500);  // at 120 beats a minute
  for (int i = 0; i < 8 * bars; ++i) {
    const int key = i % 2 != 0 ? 42 : i % 4 == 0 ? 36 : 38;
    const int velocity = key == 36 ? 110 : key == 38 ? 90 : 45;
    const auto late = static_cast<std::int64_t>(std::lround(3 * random.normal()));
    part.notes.push_back(hit(Tick() + beats(i + 4, 2) + ms * (late + (key == 38 ? 12 : 0)), key,
                             velocity + static_cast<int>(random.below(9)) - 4));
  }
  piece.parts = {part};
  score::tidy(piece);
  Performance performance = performance_of(piece, piece.parts[0]);
  performance.split = split;
  return performance;
}

std::vector<Performance> school() {
  std::vector<Performance> performances;
  for (std::uint64_t seed = 1; seed <= 4; ++seed)
    performances.push_back(drumming(seed, 8, corpus::Split::train));
  performances.push_back(drumming(9, 8, corpus::Split::test));
  return performances;
}

Batch batch_of(const std::vector<Performance>& performances) {
  Batch batch;
  for (const Performance& performance : performances) {
    for (std::size_t i = 0; i < performance.played.size(); ++i) {
      const auto features = performance.score.features(i, {});
      batch.features.insert(batch.features.end(), features.begin(), features.end());
      batch.played.push_back(static_cast<float>(performance.played[i].velocity));
      batch.played.push_back(static_cast<float>(performance.played[i].late_ms));
    }
  }
  return batch;
}

TEST(Performances, LatenessIsInMillisecondsAfterTheGridAndAFlamIsOneHit) {
  score::Piece piece;
  piece.tempo = score::TempoMap(60.0);
  score::Part part;
  part.notes = {hit(Tick(10080 + 252), 38, 100), hit(Tick(10080 - 252), 38, 20),
                hit(Tick(2 * 10080 - 101), 36, 90)};
  const Performance performance = performance_of(piece, part);
  ASSERT_EQ(performance.played.size(), 2U);
  EXPECT_NEAR(performance.played[0].late_ms, 25.0, 0.01);
  EXPECT_EQ(performance.played[0].velocity, 100.0);
  EXPECT_NEAR(performance.played[1].late_ms, -10.02, 0.01);
}

TEST(LearningNet, ItsOutputsAreThoseOfTheNetworkThatPlays) {
  LearningNet learning(3);
  const Batch batch = batch_of(school());
  for (int i = 0; i < 20; ++i)
    learning.learn(batch, 2e-3, 0.0, 0.1);
  const auto net = touch::TouchNet::from(learning.weights());
  ASSERT_TRUE(net);
  const std::vector<float> outputs = learning.outputs(batch.features);
  for (std::size_t row = 0; row < batch.size(); ++row) {
    touch::Features features;
    std::copy_n(batch.features.begin() + static_cast<std::ptrdiff_t>(row * touch::kFeatures),
                touch::kFeatures, features.begin());
    const auto own = net->outputs(features);
    for (std::size_t o = 0; o < touch::kOutputs; ++o)
      ASSERT_NEAR(own[o], outputs[row * touch::kOutputs + o], 1e-4) << row;
  }
}

TEST(LearningNet, LearnsADrummersHabitsBetterThanTheBaselines) {
  const auto performances = school();
  const Batch batch = batch_of(performances);
  LearningNet learning(1);
  const double first = learning.learn(batch, 5e-3, 0.0, 0.0);
  double last = first;
  for (int i = 0; i < 300; ++i)
    last = learning.learn(batch, 5e-3, 0.0, 0.0);
  EXPECT_LT(last, first - 1.0);
  const auto net = touch::TouchNet::from(learning.weights());
  ASSERT_TRUE(net);
  const auto rows = compare(*net, performances, corpus::Split::test);
  EXPECT_EQ(rows[0].errors.hits, 64U);
  EXPECT_LT(rows[2].errors.velocity, 0.3 * rows[0].errors.velocity);
  EXPECT_LT(rows[2].errors.late_ms, rows[0].errors.late_ms);
  EXPECT_LT(rows[2].errors.velocity, rows[1].errors.velocity + 1.0);
}

TEST(Baselines, APositionKnowsItsDrumAndTheConstantKnowsNothing) {
  const auto performances = school();
  const Errors flat = errors_of(performances, corpus::Split::test, constant(performances));
  const Errors cell = errors_of(performances, corpus::Split::test, per_position(performances));
  EXPECT_GT(flat.velocity, 20.0);
  EXPECT_LT(cell.velocity, 4.0);
  EXPECT_LT(cell.velocity_nats, flat.velocity_nats);
  EXPECT_EQ(errors_of(performances, corpus::Split::validation, constant(performances)).hits, 0U);
}

TEST(Habits, SharesAndCentresAreFiniteAndSharesAddUpToNoMoreThanAll) {
  const auto performances = school();
  LearningNet learning(1);
  touch::TouchWeights weights = learning.weights();
  measure_habits(performances, weights);
  for (std::size_t k = 0; k < 2; ++k) {
    double squares = 0.0;
    for (std::size_t i = 0; i < 3; ++i)
      squares += std::pow(static_cast<double>(weights.shares[3 * k + i]), 2);
    EXPECT_GT(squares, 0.0);
    EXPECT_LE(squares, 16.0);
  }
  EXPECT_TRUE(touch::TouchNet::from(weights));
}

TEST(Fit, WithoutTheCollectionItSaysWhere) {
  FitSettings settings;
  settings.data = "/nowhere";
  const auto best = fit(settings, [](const std::string&) {});
  ASSERT_FALSE(best);
  EXPECT_NE(best.error().message.find("/nowhere/open/groove"), std::string::npos);
}

}  // namespace
}  // namespace cantus::performer
