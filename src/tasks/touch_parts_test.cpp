#include "tasks/touch_parts.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
#include "neural/touch/line_shaper.h"
#include "neural/touch/touch_net.h"

namespace cantus::tasks {
namespace {

using score::Part;
using score::Role;
using score::Tick;

score::Piece two_parts() {
  score::Piece piece;
  piece.parts = {Part{"Bass", Role::bass, 33, {}, {}}, Part{"Drums", Role::drums, 0, {}, {}}};
  for (int i = 0; i < 16; ++i) {
    for (Part& part : piece.parts)
      part.notes.push_back({Tick() + score::beats(i, 2), score::beats(1, 4),
                            score::Pitch::clamped(i % 2 == 0 ? 36 : 42)});
  }
  score::tidy(piece);
  return piece;
}

class TouchParts : public testing::Test {
 protected:
  void SetUp() override {
    touch::TouchWeights weights;
    weights.first.assign(touch::kFeatures * touch::kHidden, 0.01F);
    weights.first_bias.assign(touch::kHidden, 0.1F);
    weights.second.assign(touch::kHidden * touch::kHidden, 0.01F);
    weights.second_bias.assign(touch::kHidden, 0.0F);
    weights.out.assign(touch::kHidden * touch::kOutputs, 0.01F);
    weights.out_bias.assign(touch::kOutputs, 0.0F);
    weights.shares.assign(6, 0.4F);
    weights.centres.assign(touch::kBands + 2, 64.0F);
    ASSERT_TRUE(touch::write_touch(path_, weights));
    touch::ShaperWeights shaper;
    for (int f = 0; f < touch::kLineFeatures; ++f)
      shaper.louder.push_back(static_cast<float>(f % 7) - 3.0F);
    shaper.later = shaper.louder;
    ASSERT_TRUE(touch::write_shaper(player_, shaper));
  }
  void TearDown() override {
    std::filesystem::remove(path_);
    std::filesystem::remove(player_);
  }

  // Tests of this class run side by side, each in a process.
  std::string own_ = std::to_string(::getpid());
  std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) / ("touch_parts_" + own_ + ".safetensors");
  std::filesystem::path player_ =
      std::filesystem::path(testing::TempDir()) / ("touch_parts_player_" + own_ + ".safetensors");
};

TEST_F(TouchParts, DrumsAreTouchedInVelocityAndTimingAndPitchedPartsLean) {
  const auto touches = touch_parts(two_parts(), {1, "rock", path_, player_});
  ASSERT_TRUE(touches) << touches.error().message;
  const auto& [bass, drums] = std::pair((*touches)[0], (*touches)[1]);
  ASSERT_EQ(bass.size(), 16U);
  EXPECT_NE(bass[3].louder, bass[4].louder);
  EXPECT_FALSE(bass[3].later_ms);
  EXPECT_NE(bass[3].lean_ms, bass[4].lean_ms);
  ASSERT_EQ(drums.size(), 16U);
  ASSERT_TRUE(drums[3].later_ms);
  EXPECT_NE(drums[3].later_ms, drums[4].later_ms);
}

TEST_F(TouchParts, WeightsThatCannotBeUsedAreRefusedAndNoDrumsNeedNone) {
  ASSERT_TRUE(write_file(path_, "not weights"));
  EXPECT_FALSE(touch_parts(two_parts(), {1, "", path_, player_}));
  score::Piece bass = two_parts();
  bass.parts.pop_back();
  const auto touches = touch_parts(bass, {1, "", path_, player_});
  ASSERT_TRUE(touches);
  ASSERT_EQ(touches->size(), 1U);
  EXPECT_EQ(touches->front().size(), 16U);
}

TEST_F(TouchParts, ThePlayersWeightsThatCannotBeUsedAreRefusedAndDrumsAloneNeedNone) {
  ASSERT_TRUE(write_file(player_, "not weights"));
  EXPECT_FALSE(touch_parts(two_parts(), {1, "", path_, player_}));
  EXPECT_FALSE(touch_parts(two_parts(), {1, "", path_, path_})) << "a drummer is no player";
  score::Piece drums = two_parts();
  drums.parts.erase(drums.parts.begin());
  EXPECT_TRUE(touch_parts(drums, {1, "", path_, player_}));
}

}  // namespace
}  // namespace cantus::tasks
