#include "neural/train/band/teach_hands.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "neural/band/network.h"
#include "neural/band/random_weights.h"
#include "neural/train/band/fit.h"

namespace cantus::train_band {
namespace {

using rolls::Player;

/// The bass plays the chord's root on every half bar, with the bass drum.
rolls::Phrase roots(int number) {
  rolls::Phrase phrase;
  phrase.set = "toy";
  phrase.piece = std::to_string(number);
  phrase.split = number % 2 == 0 ? rolls::Split::train : rolls::Split::validation;
  for (int half = 0; half < 2 * rolls::kBars; ++half) {
    const auto root = static_cast<std::uint8_t>((number + 5 * half) % 12);
    const unsigned triad = 0b10010001U << root;
    phrase.roll.chords[static_cast<std::size_t>(half)] = {
        static_cast<std::uint16_t>((triad | triad >> 12U) & 0xFFFU), root, root};
    const auto at = static_cast<std::int16_t>(24 * half);
    phrase.roll.of(Player::drums).push_back({at, 3, 36, 5});
    phrase.roll.of(Player::bass).push_back({at, 12, static_cast<std::uint8_t>(36 + root), 5});
  }
  return phrase;
}

class TeachHands : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(write_file(from_, band::random_file(1, {})).has_value());
    for (int i = 0; i < 48; ++i)
      phrases_.push_back(roots(i));
  }

  std::filesystem::path folder_ = std::filesystem::path(testing::TempDir());
  std::filesystem::path from_ = folder_ / "teach_hands_from.safetensors";
  std::filesystem::path out_ = folder_ / "teach_hands_out.safetensors";
  std::vector<rolls::Phrase> phrases_;
};

TEST_F(TeachHands, WhatIsTaughtInLibTorchIsPlayedWithoutIt) {
  HandLessons lessons;
  lessons.from = from_;
  lessons.out = out_;
  lessons.steps = 120;
  lessons.phrases_a_step = 12;
  lessons.rate = 1e-2;
  lessons.first = 32;
  lessons.second = 32;
  lessons.forgetting = 0.0;
  ASSERT_TRUE(teach_hands(lessons, phrases_, [](const std::string&) {}).has_value());
  const auto net = band::BandNet::load(out_);
  ASSERT_TRUE(net.has_value());
  ASSERT_TRUE(net->hands().there());
  int right = 0;
  int played = 0;
  for (int number = 1; number < 24; number += 2) {
    const band::Conditions c = conditions_of(phrases_[static_cast<std::size_t>(number)]);
    band::BandNet::Workspace work(*net);
    std::vector<float> logits(static_cast<std::size_t>(c.tokens()) * band::kContentFeatures);
    const Random random(static_cast<std::uint64_t>(number));
    net->generate(c, band::draw_latents(random), work, logits);
    const rolls::Roll roll =
        net->play(logits, c, {.strict = false}, std::array{random, random, random, random});
    for (const rolls::RollNote& note : roll.of(Player::bass)) {
      const auto half = static_cast<std::size_t>(note.onset / 24);
      right += note.onset % 24 == 0 && note.key % 12 == roll.chords[half].root;
      ++played;
    }
  }
  EXPECT_NEAR(played, 96, 20);
  EXPECT_GT(right, played * 4 / 5);
}

TEST_F(TeachHands, TooFewPhrasesAreRefusedWithASentence) {
  HandLessons lessons;
  lessons.from = from_;
  lessons.out = out_;
  phrases_.resize(6);
  const auto done = teach_hands(lessons, phrases_, [](const std::string&) {});
  ASSERT_FALSE(done.has_value());
  EXPECT_THAT(done.error().message, testing::HasSubstr("fewer than eight"));
}

}  // namespace
}  // namespace cantus::train_band
