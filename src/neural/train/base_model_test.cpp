#include "neural/train/base_model.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "neural/packed/catalogue.h"

namespace cantus::train {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kThree = {"end", "bar:1", "pitch:60"};
const std::vector<std::string> kFive = {"end", "bar:1", "pitch:60", "pedal:on", "pedal:off"};

ModelFile base_of(const std::vector<std::string>& names) {
  ModelFile base;
  base.shape.vocabulary = static_cast<std::int64_t>(names.size());
  base.shape.vocabulary_hash = corpus::vocabulary_hash(names);
  base.shape.width = 64;
  base.shape.layers = 1;
  base.shape.heads = 2;
  base.shape.hidden = 8;
  for (std::int64_t i = 0; i < base.shape.weights(); ++i)
    base.weights.push_back(std::sin(static_cast<float>(i)));
  return base;
}

TEST(BaseModel, TheSameVocabularyLeavesEveryWeight) {
  const ModelFile base = base_of(kThree);
  const auto same = with_vocabulary(base, kThree, 1);
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(same->weights, base.weights);
  EXPECT_EQ(same->shape, base.shape);
}

TEST(BaseModel, NewTokensBeginNearTheMeanAndTheOthersStay) {
  const ModelFile base = base_of(kThree);
  const auto grown = with_vocabulary(base, kFive, 1);
  ASSERT_TRUE(grown) << grown.error().message;
  EXPECT_EQ(grown->shape.vocabulary, 5);
  EXPECT_EQ(grown->shape.vocabulary_hash, corpus::vocabulary_hash(kFive));
  ASSERT_EQ(grown->weights.size(), static_cast<std::size_t>(grown->shape.weights()));
  const std::size_t old_end = 3 * 64;
  const std::size_t new_end = 5 * 64;
  EXPECT_TRUE(
      std::equal(base.weights.begin(), base.weights.begin() + old_end, grown->weights.begin()));
  EXPECT_TRUE(std::equal(base.weights.begin() + old_end, base.weights.end(),
                         grown->weights.begin() + new_end));
  for (std::size_t i = 0; i < 64; ++i) {
    const float mean = (base.weights[i] + base.weights[64 + i] + base.weights[128 + i]) / 3.0F;
    EXPECT_NEAR(grown->weights[old_end + i], mean, 0.1);
    EXPECT_NE(grown->weights[old_end + i], grown->weights[old_end + 64 + i]);
  }
}

TEST(BaseModel, AnotherOrASmallerVocabularyIsRefused) {
  auto swapped = kFive;
  std::swap(swapped[1], swapped[2]);
  for (const auto& names : {swapped, std::vector<std::string>{"end", "bar:1"}}) {
    const auto grown = with_vocabulary(base_of(kThree), names, 1);
    ASSERT_FALSE(grown);
    EXPECT_THAT(grown.error().message, HasSubstr("--from"));
  }
}

}  // namespace
}  // namespace cantus::train
