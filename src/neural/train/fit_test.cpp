#include "neural/train/fit.h"

#include <chrono>
#include <cmath>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "neural/train/baselines.h"
#include "neural/train/checkpoint.h"
#include "neural/train/evaluate.h"
#include "neural/train/export.h"
#include "neural/train/fixture.h"
#include "neural/train/model_file.h"
#include "neural/train/step_benchmark.h"
#include "neural/train/throughput.h"
#include "neural/train/toy_corpus.h"

namespace cantus::train {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Fitting : public testing::Test {
 protected:
  Fitting() { write_climbing(folder_ / "toy.pack"); }

  FitSettings settings(const std::string& name) const {
    FitSettings s;
    s.corpus = folder_ / "toy.pack";
    s.out = folder_ / name;
    s.shape.width = 32;
    s.shape.layers = 2;
    s.shape.heads = 2;
    s.shape.hidden = 64;
    s.shape.context = 48;
    s.batch = 4;
    s.rows = 2;
    s.steps = 40;
    s.rate = 5e-3;
    s.warmup = 5;
    s.transpose = 2;
    s.dropout = 0.1;
    s.average = 0.9;
    s.validate_every = 15;
    s.checkpoint_every = 7;
    s.report_every = 5;
    return s;
  }
  std::string bytes(const std::string& name) const { return *read_file(folder_ / name); }

  TestFolder folder_;
};

TEST_F(Fitting, APatternIsLearntToFarBelowItsUnigramLoss) {
  FitSettings s = settings("model");
  s.steps = 150;
  s.dropout = s.average = 0.0;
  const auto outcome = fit(s, {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->finished);
  const OpenedToy toy(s.corpus);
  const auto baselines = score_baselines(toy.corpus, toy.catalogue, corpus::Split::test, 48);
  ASSERT_TRUE(baselines && outcome->test);
  EXPECT_EQ(outcome->test->all.tokens, baselines->unigram.all.tokens);
  EXPECT_LT(outcome->test->all.nats_a_token(), baselines->unigram.all.nats_a_token() / 3.0);
}

TEST_F(Fitting, EvaluatingTheFileGivesTheCardsTestScore) {
  FitSettings s = settings("model");
  const auto outcome = fit(s, {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EvaluateSettings evaluation;
  evaluation.model = folder_ / "model.safetensors";
  evaluation.corpus = s.corpus;
  const auto scores = evaluate(evaluation);
  ASSERT_TRUE(scores) << scores.error().message;
  EXPECT_NEAR(scores->all.nats_a_token(), outcome->test->all.nats_a_token(), 1e-6);
  const auto card = nlohmann::json::parse(bytes("model.json"));
  EXPECT_NEAR(card["likelihood"]["test"]["nats_a_token"].get<double>(), scores->all.nats_a_token(),
              1e-6);
  EXPECT_EQ(card["data"]["sets"][1]["licence"], "PD");
  EXPECT_EQ(bytes("model.png").substr(1, 3), "PNG");
}

TEST_F(Fitting, ARunKilledAtAnyMomentGoesOnBitForBit) {
  ASSERT_TRUE(fit(settings("whole"), {}));
  FitSettings cut = settings("cut");
  const pid_t child = fork();
  if (child == 0) {
    (void)fit(cut, [](const Progress& progress) {
      if (progress.step >= 20) std::this_thread::sleep_for(std::chrono::minutes(1));
    });
    _exit(0);
  }
  while (!fs::exists(checkpoint_path(folder_ / "cut.checkpoint")) ||
         read_checkpoint(folder_ / "cut.checkpoint")->step < 14) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_EQ(waitpid(child, nullptr, WNOHANG), 0) << "the run ended before it was killed";
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(fs::exists(folder_ / "cut.safetensors"));
  cut.resume = true;
  const auto outcome = fit(cut, {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(bytes("cut.safetensors"), bytes("whole.safetensors"));
  EXPECT_EQ(bytes("cut.png"), bytes("whole.png"));
}

TEST_F(Fitting, AStoppedRunLosesNothing) {
  ASSERT_TRUE(fit(settings("whole"), {}));
  std::atomic<bool> stop{false};
  FitSettings cut = settings("cut");
  cut.stop = &stop;
  const auto stopped = fit(cut, [&](const Progress& progress) { stop = progress.step == 25; });
  ASSERT_TRUE(stopped);
  EXPECT_FALSE(stopped->finished);
  EXPECT_EQ(read_checkpoint(folder_ / "cut.checkpoint")->step, 25);
  stop = false;
  cut.resume = true;
  ASSERT_TRUE(fit(cut, {}));
  EXPECT_EQ(bytes("cut.safetensors"), bytes("whole.safetensors"));
}

TEST_F(Fitting, AnExportedCheckpointIsAModel) {
  FitSettings s = settings("model");
  s.average = 0.0;
  ASSERT_TRUE(fit(s, {}));
  const auto step = export_checkpoint(folder_ / "model.checkpoint", folder_ / "copy");
  ASSERT_TRUE(step) << step.error().message;
  EXPECT_EQ(*step, 40);
  EXPECT_EQ(bytes("copy.safetensors"), bytes("model.safetensors"));
}

TEST_F(Fitting, ARunFromAModelBeginsWhereThatEnded) {
  FitSettings s = settings("base");
  const auto base = fit(s, {});
  ASSERT_TRUE(base) << base.error().message;
  FitSettings next = settings("next");
  next.from = folder_ / "base";
  next.shape = ModelShape();  // the base's is taken
  next.steps = 7;
  std::vector<double> validations;
  const auto outcome = fit(next, [&](const Progress& progress) {
    if (!std::isnan(progress.validation)) validations.push_back(progress.validation);
  });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_NEAR(validations.front(), base->validation, 1e-6);
  EXPECT_NE(bytes("next.safetensors"), bytes("base.safetensors"));
  next.resume = true;
  next.from = folder_ / "absent";
  const auto absent = fit(next, {});
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().message, HasSubstr("absent.safetensors"));
}

TEST_F(Fitting, ARunFromAModelMayHearFurtherBack) {
  FitSettings s = settings("base");
  ASSERT_TRUE(fit(s, {}));
  FitSettings longer = settings("longer");
  longer.from = folder_ / "base";
  longer.context = 2 * s.shape.context;
  longer.steps = 3;
  const auto outcome = fit(longer, {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto model = read_model(folder_ / "longer.safetensors");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->shape.context, longer.context);
  EXPECT_EQ(model->shape.width, s.shape.width);
}

TEST_F(Fitting, AnotherRunsCheckpointIsNeitherOverwrittenNorContinued) {
  FitSettings s = settings("model");
  s.steps = 7;
  ASSERT_TRUE(fit(s, {}));
  const auto again = fit(s, {});
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("--resume"));
  s.resume = true;
  s.rate = 1e-3;
  const auto changed = fit(s, {});
  ASSERT_FALSE(changed);
  EXPECT_THAT(changed.error().message, HasSubstr("'rate'"));
}

TEST_F(Fitting, MinutesBecomeStepsOnceAndForAll) {
  FitSettings s = settings("model");
  s.minutes = 0.02;
  s.checkpoint_every = 1000;
  std::int64_t steps = 0;
  std::atomic<bool> stop{false};
  s.stop = &stop;
  ASSERT_TRUE(fit(s, [&](const Progress& progress) {
    steps = progress.steps;
    stop = progress.step >= 15;
  }));
  stop = false;
  EXPECT_GT(steps, 12);
  EXPECT_EQ(read_checkpoint(folder_ / "model.checkpoint")->total_steps, steps);
  s.resume = true;
  const auto outcome = fit(s, {});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->steps, steps);
}

TEST_F(Fitting, WhatCannotWorkIsRefusedWithTheReason) {
  const auto refused = [&](auto change) {
    FitSettings s = settings("model");
    change(s);
    const auto outcome = fit(s, {});
    return outcome ? std::string("accepted") : outcome.error().message;
  };
  EXPECT_THAT(refused([](FitSettings& s) { s.corpus = "absent.pack"; }), HasSubstr("absent.pack"));
  EXPECT_THAT(refused([](FitSettings& s) { s.shape.heads = 3; }), HasSubstr("--heads"));
  EXPECT_THAT(refused([](FitSettings& s) { s.device = "abacus"; }), HasSubstr("--device"));
  EXPECT_THAT(refused([](FitSettings& s) { s.batch = 0; }), HasSubstr("--batch"));
  EXPECT_THAT(refused([](FitSettings& s) { s.steps = 0; }), HasSubstr("--steps"));
  EXPECT_THAT(refused([](FitSettings& s) { s.mix = {{"waltzes", 2.0}}; }), HasSubstr("waltzes"));
}

TEST_F(Fitting, AModelOfAnotherVocabularyIsNotEvaluated) {
  ASSERT_TRUE(write_fixture(folder_.path()));
  EvaluateSettings evaluation;
  evaluation.model = folder_ / "tiny.safetensors";
  evaluation.corpus = folder_ / "toy.pack";
  const auto scores = evaluate(evaluation);
  ASSERT_FALSE(scores);
  EXPECT_THAT(scores.error().message, HasSubstr("vocabulary"));
}

TEST(StepBenchmark, ContinuingAndComputingAnewAgree) {
  StepBenchmarkSettings settings;
  settings.shape.vocabulary = 50;
  settings.shape.width = 32;
  settings.shape.layers = 2;
  settings.shape.heads = 2;
  settings.shape.hidden = 64;
  settings.shape.context = 32;
  settings.tokens = 20;
  settings.batch = 1;
  settings.seconds = 0.01;
  const auto speeds = benchmark_steps(settings);
  ASSERT_TRUE(speeds) << speeds.error().message;
  EXPECT_LT(speeds->largest_difference, 1e-4);
  EXPECT_GT(speeds->training_tokens_a_second, 0.0);
}

TEST_F(Fitting, ThroughputIsMeasuredOnTheCorpus) {
  FitSettings s = settings("model");
  const auto throughput = measure_throughput(s, 0.1);
  ASSERT_TRUE(throughput) << throughput.error().message;
  EXPECT_GT(throughput->float_rate, 0.0);
  EXPECT_GT(throughput->bfloat_rate, 0.0);
  EXPECT_LT(throughput->data_share, 1.0);
  s.shape.vocabulary = 43;
  EXPECT_DOUBLE_EQ(throughput->trained_rate,
                   throughput->tokens_a_second *
                       (6.0 * static_cast<double>(s.shape.weights()) + 6.0 * 2 * 32 * 48));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "model.safetensors"));
}

TEST_F(Fitting, ABaseIsComparedOnTheSameTokens) {
  ASSERT_TRUE(fit(settings("base"), {}));
  FitSettings next = settings("next");
  next.from = folder_ / "base.safetensors";
  next.compare_with_base = true;
  const auto outcome = fit(next, {});
  ASSERT_TRUE(outcome && outcome->base_test && outcome->test);
  EXPECT_EQ(outcome->base_test->all.tokens, outcome->test->all.tokens);
  const auto base = nlohmann::json::parse(bytes("base.json"));
  EXPECT_NEAR(outcome->base_test->all.nats_a_token(),
              base["likelihood"]["test"]["nats_a_token"].get<double>(), 1e-6);
  const auto card = nlohmann::json::parse(bytes("next.json"));
  EXPECT_EQ(card["base"], "base");
  ASSERT_EQ(card["data"]["sets"].size(), 4U);
  EXPECT_EQ(card["data"]["sets"][0]["learnt_by"], "base");
}

TEST_F(Fitting, WhatItWasTrainedOnIsScoredToo) {
  FitSettings s = settings("model");
  s.test_tokens = 200;
  const auto outcome = fit(s, {});
  ASSERT_TRUE(outcome && outcome->known && outcome->test);
  EXPECT_GT(outcome->known->all.tokens, 0U);
  const auto card = nlohmann::json::parse(bytes("model.json"));
  EXPECT_EQ(card["likelihood"]["train"]["tokens"], outcome->known->all.tokens);
  EXPECT_NEAR(outcome->known->all.nats_a_token(), outcome->test->all.nats_a_token(),
              0.2 * outcome->test->all.nats_a_token());  // both climb alike
}

TEST(ProgressLine, SaysSpeedLossAndTimeLeft) {
  Progress progress;
  progress.step = 120;
  progress.steps = 2000;
  progress.loss = 3.21444;
  progress.tokens_per_second = 1530.4;
  progress.seconds_left = 4320.0;
  progress.validation = std::nan("");
  EXPECT_THAT(to_line(progress),
              HasSubstr("step 120/2000  loss 3.2144  1530 tokens/s  1 h 12 min left"));
}

}  // namespace
}  // namespace cantus::train
