#include "neural/train/engine/evaluate_engine.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "neural/infer/random_network.h"
#include "neural/train/toy_corpus.h"

namespace cantus::train {
namespace {

class EngineScore : public testing::Test {
 protected:
  EngineScore() {
    write_climbing(folder_ / "toy.pack");
    settings_.corpus = folder_ / "toy.pack";
    settings_.model = folder_ / "model.safetensors";
    settings_.split = corpus::Split::train;
    write_model(corpus::vocabulary_hash(toy_catalogue().vocabulary.names));
  }

  void write_model(const std::string& hash) {
    const auto network = infer::random_network({43, 32, 64, 2, 2, 24, 1e4, hash}, 5);
    ASSERT_TRUE(write_file(settings_.model, network.bytes()));
  }

  TestFolder folder_;
  EvaluateSettings settings_;
};

TEST_F(EngineScore, IsLibTorchs) {
  const auto torch = evaluate(settings_);
  const auto engine = evaluate_engine(settings_);
  ASSERT_TRUE(torch && engine);
  EXPECT_GT(engine->all.tokens, 1000U);
  EXPECT_EQ(engine->all.tokens, torch->all.tokens);
  EXPECT_NEAR(engine->all.nats_a_token(), torch->all.nats_a_token(), 1e-5);
  EXPECT_NEAR(engine->by_set.at("dances").nats, torch->by_set.at("dances").nats, 0.01);
}

TEST_F(EngineScore, RoundedWeightsScoreNearlyTheSame) {
  const double exact = evaluate_engine(settings_)->all.nats_a_token();
  for (const auto precision : {infer::Precision::bfloat16, infer::Precision::int8}) {
    const double rounded = evaluate_engine(settings_, precision)->all.nats_a_token();
    EXPECT_NEAR(rounded, exact, 0.01 * exact) << name_of(precision);
    EXPECT_NE(rounded, exact) << name_of(precision);
  }
}

TEST_F(EngineScore, AnotherVocabularyIsRefused) {
  write_model("elsewhere");
  const auto scores = evaluate_engine(settings_);
  ASSERT_FALSE(scores);
  EXPECT_NE(scores.error().message.find("another vocabulary"), std::string::npos);
}

}  // namespace
}  // namespace cantus::train
