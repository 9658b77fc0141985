#include "neural/band/hand_view.h"

#include <array>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "neural/band/random_phrase.h"

namespace cantus::band {
namespace {

using rolls::Player;

constexpr int kPast = kHandPhraseFeatures + kHandPlaceFeatures;
constexpr int kOfKinds = kPast + 3 * kKeys + 2 * kPlaces;

/// A player of a phrase who plays in every bar, with a generator that says nothing.
struct Playing {
  explicit Playing(score::Metre metre, Player who)
      : asked(random_conditions(metre, Random(1))),
        logits(static_cast<std::size_t>(asked.tokens()) * kContentFeatures, -9.0F) {
    for (auto& bars : asked.plays)
      bars.fill(true);
    asked.given = {};
    view.emplace(asked, logits, asked.grid, std::array<bool, kPlayers>{}, who, 0.0F);
  }
  /// Strikes on the beat, and nothing else in it.
  void strike(int beat, std::uint64_t keys) const {
    for (int place = 0; place < kPlaces; ++place) {
      Stroke stroke;
      if (place == 0) stroke.keys = keys;
      view->decided(beat, place, stroke);
    }
  }
  bool sees(int beat, int feature) const {
    SparseRow row;
    row.clear();
    view->write_place(beat, 0, row);
    for (int i = 0; i < row.size(); ++i) {
      if (row.index(i) == feature) return true;
    }
    return false;
  }

  Conditions asked;
  std::vector<float> logits;
  mutable std::optional<HandView> view;
};

TEST(HandView, RemembersOneAndTwoBeatsBeforeAcrossTheBarLineOfThreeBeats) {
  const Playing bass({3, 4}, Player::bass);
  bass.strike(0, 1);
  bass.strike(1, 2);
  bass.strike(2, 4);
  const auto refs = bass.view->references(kBeatsOfBar, 0, 0);  // the second bar's first beat
  EXPECT_EQ(refs.copies[3], 4U);
  EXPECT_EQ(refs.copies[4], 2U);
  EXPECT_EQ(refs.copies[5], 7U);
  EXPECT_TRUE(bass.sees(kBeatsOfBar, kPast + 2));
  EXPECT_FALSE(bass.sees(kBeatsOfBar, kPast + 1));
  EXPECT_TRUE(bass.sees(kBeatsOfBar, kPast + kKeys + 1));
}

TEST(HandView, KnowsWhichDrumIsDueByItsOwnTime) {
  const std::uint64_t kick = 1U << 1;
  const std::uint64_t hat = 1U << 7;
  const Playing drums({4, 4}, Player::drums);
  drums.strike(0, kick | hat);
  drums.strike(1, hat);
  drums.strike(2, kick | hat);
  const int of_kick = kOfKinds;
  const int of_hat = kOfKinds + 2 * 14;
  EXPECT_TRUE(drums.sees(3, of_hat));    // every beat
  EXPECT_FALSE(drums.sees(3, of_kick));  // every second: not yet
  EXPECT_TRUE(drums.sees(3, of_kick + 1));
  drums.strike(3, hat);
  EXPECT_TRUE(drums.sees(4, of_kick));
}

}  // namespace
}  // namespace cantus::band
