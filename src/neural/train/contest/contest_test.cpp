#include "neural/train/contest/contest.h"

#include <cmath>

#include <gtest/gtest.h>

#include "music/score/piece.h"
#include "neural/compose/style.h"

namespace cantus::contest {
namespace {

train::ModelShape toy_shape() {
  train::ModelShape shape;
  shape.vocabulary = 12;
  shape.width = 16;
  shape.layers = 1;
  shape.heads = 2;
  shape.hidden = 32;
  shape.context = 8;
  return shape;
}

Rollout ending_in(tokens::Token last) {
  return {{}, {1, 2, last}, {false, false, true}};
}

double probability(train::Network& network, tokens::Token last) {
  train::Batch batch;
  batch.reset(1, 2);
  batch.inputs = {1, 2};
  batch.starts = {0, 0};
  batch.targets = {train::kUnscored, last};
  const auto losses = network.token_losses(train::BatchTensors::of(batch, 0, 1, at::kCPU));
  return std::exp(-losses.view({-1})[1].item<double>());
}

/// A few steps in which the critic likes 5 and dislikes 6.
std::vector<float> learn(train::Network& network) {
  network.initialise(3, true);
  train::OptimiserSettings settings;
  settings.weight_decay = 0.0;
  train::Optimiser optimiser(network, settings);
  const std::vector<Rollout> rollouts = {ending_in(5), ending_in(6)};
  const std::vector<double> advantages = {1.0, -1.0};
  for (int step = 0; step < 5; ++step) {
    add_policy_gradient(network, rollouts, advantages);
    optimiser.step(1e-2, step);
  }
  return network.copy_weights();
}

TEST(Contest, ARewardedTokenBecomesLikelierAndAPunishedOneLessLikely) {
  train::Network before(toy_shape(), {});
  before.initialise(3, true);
  train::Network after(toy_shape(), {});
  learn(after);
  EXPECT_GT(probability(after, 5), 1.2 * probability(before, 5));
  EXPECT_LT(probability(after, 6), 0.8 * probability(before, 6));
}

TEST(Contest, LearnsTheSameTwice) {
  train::Network first(toy_shape(), {});
  train::Network second(toy_shape(), {});
  EXPECT_EQ(learn(first), learn(second));
}

TEST(Contest, TokensThatWereNotChosenTeachNothing) {
  train::Network network(toy_shape(), {});
  network.initialise(3, true);
  Rollout unchosen = ending_in(5);
  unchosen.chosen[2] = false;
  const std::vector<double> advantages = {1.0};
  EXPECT_EQ(add_policy_gradient(network, {&unchosen, 1}, advantages), 0.0);
  EXPECT_EQ(network.gradients().abs().max().item<double>(), 0.0);
}

/// Two bars, of which the second is the first again or a step higher.
compose::Composition small_composition(bool returns = false) {
  compose::Composition composition;
  composition.plan.style = compose::find_style("folk");
  score::Piece& piece = composition.piece;
  piece.end = score::Tick(8 * score::kTicksPerBeat);
  score::Part part;
  part.role = score::Role::melody;
  for (int beat = 0; beat < 8; ++beat) {
    score::Note note;
    note.onset = score::Tick(beat * score::kTicksPerBeat);
    note.length = score::TickLength(score::kTicksPerBeat);
    if (beat >= 4 && !returns) note.pitch = *score::Pitch::from_key(note.pitch.key() + 2);
    part.notes.push_back(note);
  }
  piece.parts.push_back(part);
  return composition;
}

TEST(Contest, OnlyTheMelodyAndWhatEndsItIsChosen) {
  const auto rollout = rollout_of(small_composition());
  ASSERT_TRUE(rollout) << rollout.error().message;
  ASSERT_EQ(rollout->chosen.size(), rollout->tokens.size());
  int chosen_pitches = 0;
  for (std::size_t i = 0; i < rollout->tokens.size(); ++i) {
    const tokens::Token id = rollout->tokens[i];
    if (tokens::is(id, tokens::Kind::pitch)) chosen_pitches += rollout->chosen[i] ? 1 : 0;
    const bool given = tokens::is(id, tokens::Kind::style) || tokens::is(id, tokens::Kind::part);
    EXPECT_FALSE(given && rollout->chosen[i]);
  }
  EXPECT_EQ(chosen_pitches, 5) << "the second bar moves the first, so only its first note is open";
}

TEST(Contest, WhatABarKeepsOfTheRhythmBeforeIsNotChosen) {
  compose::Composition other = small_composition();
  for (std::size_t i = 4; i < 8; ++i) {  // neither moved nor shaped as the bar before
    score::Note& note = other.piece.parts[0].notes[i];
    note.pitch = *score::Pitch::from_key(60 + 5 * static_cast<int>(i % 2));
  }
  const auto rollout = rollout_of(other);
  ASSERT_TRUE(rollout) << rollout.error().message;
  int pitches = 0;
  int positions = 0;
  for (std::size_t i = 0; i < rollout->tokens.size(); ++i) {
    pitches += rollout->chosen[i] && tokens::is(rollout->tokens[i], tokens::Kind::pitch);
    positions += rollout->chosen[i] && tokens::is(rollout->tokens[i], tokens::Kind::position);
  }
  EXPECT_EQ(pitches, 8);
  EXPECT_EQ(positions, 4);
}

TEST(Contest, ABarThatReturnsIsCopiedAndNotChosen) {
  const auto rollout = rollout_of(small_composition(true));
  ASSERT_TRUE(rollout) << rollout.error().message;
  int chosen_pitches = 0;
  for (std::size_t i = 0; i < rollout->tokens.size(); ++i) {
    const bool pitch = tokens::is(rollout->tokens[i], tokens::Kind::pitch);
    chosen_pitches += pitch && rollout->chosen[i];
  }
  EXPECT_EQ(chosen_pitches, 4);
}

TEST(Contest, TheKindsOfMusicAreAskedForEquallyOften) {
  const auto asked = briefs(2 * kGroups, 7);
  for (int i = 0; i < kGroups; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(asked[at].style, asked[at + kGroups].style);
    EXPECT_EQ(asked[at].metre, asked[at + kGroups].metre);
    EXPECT_NE(asked[at].seed, asked[at + kGroups].seed);
  }
}

}  // namespace
}  // namespace cantus::contest
