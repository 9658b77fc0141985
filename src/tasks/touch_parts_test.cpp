#include "tasks/touch_parts.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
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
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) / "touch_parts_test.safetensors";
};

TEST_F(TouchParts, DrumsAreTouchedNoteByNoteAndPitchedPartsLeftToTheRules) {
  const auto touches = touch_parts(two_parts(), {1, "rock", path_});
  ASSERT_TRUE(touches) << touches.error().message;
  EXPECT_TRUE((*touches)[0].empty());
  ASSERT_EQ((*touches)[1].size(), 16U);
  EXPECT_NE((*touches)[1][3].later_ms, (*touches)[1][4].later_ms);
}

TEST_F(TouchParts, WeightsThatCannotBeUsedAreRefusedAndNoDrumsNeedNone) {
  ASSERT_TRUE(write_file(path_, "not weights"));
  EXPECT_FALSE(touch_parts(two_parts(), {1, "", path_}));
  score::Piece bass = two_parts();
  bass.parts.pop_back();
  const auto touches = touch_parts(bass, {1, "", path_});
  ASSERT_TRUE(touches);
  ASSERT_EQ(touches->size(), 1U);
  EXPECT_TRUE(touches->front().empty());
}

}  // namespace
}  // namespace cantus::tasks
