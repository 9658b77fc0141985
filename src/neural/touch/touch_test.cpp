#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "neural/touch/drummer.h"

namespace cantus::touch {
namespace {

using score::beats;
using score::Part;
using score::Piece;
using score::Role;
using score::Tick;

TouchWeights random_weights(std::uint64_t seed) {
  Random random(seed);
  const auto drawn = [&](std::size_t size, double deviation) {
    std::vector<float> values(size);
    for (float& value : values)
      value = static_cast<float>(deviation * random.normal());
    return values;
  };
  TouchWeights weights;
  weights.first = drawn(kFeatures * kHidden, 0.2);
  weights.first_bias = drawn(kHidden, 0.1);
  weights.second = drawn(kHidden * kHidden, 0.15);
  weights.second_bias = drawn(kHidden, 0.1);
  weights.out = drawn(kHidden * kOutputs, 0.1);
  weights.out_bias = drawn(kOutputs, 0.1);
  weights.shares = {0.2F, 0.1F, 0.8F, 0.4F, 0.3F, 0.6F};
  weights.centres = {14, 27, 42, 56, 70, 84, 100, 119, 67, -7};
  return weights;
}

TouchNet random_net() {
  return *TouchNet::from(random_weights(7));
}

score::Note hit(double beat, int key, int velocity) {
  score::Note note{Tick(std::llround(beat * score::kTicksPerBeat)), beats(1, 4),
                   score::Pitch::clamped(key)};
  note.velocity = velocity;
  return note;
}

/// Kick and snare under eighths; hats at `hat`.
Piece groove(int bars, int hat = 64) {
  Part drums{"Drums", Role::drums, 0, {}, {}};
  for (int i = 0; i < 8 * bars; ++i) {
    drums.notes.push_back(hit(0.5 * i, 42, hat));
    if (i % 2 == 0) drums.notes.push_back(hit(0.5 * i, i % 4 == 0 ? 36 : 38, 96));
  }
  Piece piece;
  piece.parts = {drums};
  score::tidy(piece);
  return piece;
}

bool same(const NoteTouch& a, const NoteTouch& b) {
  return a.louder == b.louder && a.later_ms == b.later_ms;
}

TEST(DrumScore, PlacesAreSixteenthsAndEighthTriplets) {
  const auto at = [](std::int64_t steps) { return Tick(steps * score::kTicksPerBeat / 24); };
  for (const std::int64_t place : {0, 6, 8, 12, 16, 18, 24, 30, 32}) {
    EXPECT_EQ(nearest_place(at(place)), at(place));
    EXPECT_EQ(nearest_place(Tick(at(place).count() + 200)), at(place));
  }
  EXPECT_EQ(nearest_place(at(22)), at(24));
}

TEST(DrumScore, FeaturesHangOnTwoBeatsAroundAndTheNumberOfTheBar) {
  const auto hits = [](int key) {
    std::vector<Hit> made;
    for (int i = 0; i < 32; ++i)
      made.push_back({Tick() + beats(i, 2), i == 10 ? key : 42, 80});
    return made;
  };
  const Piece piece = groove(8);
  const DrumScore one(piece, hits(42));
  const DrumScore other(piece, hits(38));
  for (std::size_t i = 0; i < 32; ++i) {
    const bool near = std::abs(static_cast<int>(i) - 10) <= 4;
    EXPECT_EQ(one.features(i, {}) == other.features(i, {}), !near) << i;
  }
}

TEST(DrumScore, WhatIsNotToldLeavesNoTrace) {
  const DrumScore loud(groove(2), {{Tick(), 36, 120}, {Tick() + beats(1), 38, 30}});
  const DrumScore even(groove(2), {{Tick(), 36, 80}, {Tick() + beats(1), 38, 80}});
  EXPECT_EQ(loud.features(0, {3, false}), even.features(0, {3, false}));
  EXPECT_NE(loud.features(0, {3, true}), even.features(0, {3, true}));
  EXPECT_NE(loud.features(0, {3, false}), loud.features(0, {4, false}));
}

TEST(TouchNet, IsThePlainSumOfProducts) {
  const TouchWeights w = random_weights(3);
  const TouchNet net = *TouchNet::from(w);
  const Features x = DrumScore(groove(2), {{Tick(), 36, 90}}).features(0, {5, true});
  std::vector<double> first(w.first_bias.begin(), w.first_bias.end());
  std::vector<double> second(w.second_bias.begin(), w.second_bias.end());
  for (std::size_t h = 0; h < kHidden; ++h) {
    for (std::size_t f = 0; f < kFeatures; ++f)
      first[h] += static_cast<double>(x[f]) * static_cast<double>(w.first[f * kHidden + h]);
  }
  for (std::size_t h = 0; h < kHidden; ++h) {
    for (std::size_t f = 0; f < kHidden; ++f)
      second[h] += std::max(first[f], 0.0) * static_cast<double>(w.second[f * kHidden + h]);
  }
  for (std::size_t o = 0; o < kOutputs; ++o) {
    auto sum = static_cast<double>(w.out_bias[o]);
    for (std::size_t h = 0; h < kHidden; ++h)
      sum += std::max(second[h], 0.0) * static_cast<double>(w.out[h * kOutputs + o]);
    EXPECT_NEAR(static_cast<double>(net.outputs(x)[o]), sum, 1e-4);
  }
}

TEST(TouchNet, SpreadsAreAboveZeroAndMiddlesInRangeWhateverTheOutputs) {
  for (const float y : {-1e30F, -5.0F, 0.0F, 5.0F, 1e30F}) {
    const Expected expected = expected_from({y, y, y, y});
    EXPECT_GT(expected.velocity_spread, 0.5);
    EXPECT_GT(expected.late_spread_ms, 0.2);
    EXPECT_LE(std::abs(expected.late_ms), 60.0);
    EXPECT_GE(expected.velocity, 1.0);
    EXPECT_LE(expected.velocity, 127.0);
  }
}

TEST(TouchNet, WeightsComeBackFromTheFileAndOthersAreRefused) {
  const auto path = std::filesystem::path(testing::TempDir()) / "touch_net_test.safetensors";
  const TouchWeights weights = random_weights(5);
  ASSERT_TRUE(write_touch(path, weights));
  const auto net = TouchNet::load(path);
  ASSERT_TRUE(net) << net.error().message;
  EXPECT_EQ(net->weights().second, weights.second);
  EXPECT_EQ(net->weights().centres, weights.centres);

  std::string bytes = *read_file(path);
  ASSERT_TRUE(write_file(path, std::string_view(bytes).substr(0, bytes.size() - 4)));
  EXPECT_FALSE(TouchNet::load(path)) << "cut short";
  const auto format = bytes.find("cantus-touch-1");
  bytes.replace(format, 14, "cantus-touch-9");
  ASSERT_TRUE(write_file(path, bytes));
  const auto other = TouchNet::load(path);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("not a drummer's weights"), std::string::npos);
  TouchWeights broken = weights;
  broken.out[3] = std::nanf("");
  EXPECT_FALSE(TouchNet::from(broken));
  broken = weights;
  broken.shares.pop_back();
  EXPECT_FALSE(TouchNet::from(broken));
  std::filesystem::remove(path);
}

TEST(Drummer, TheSameSeedIsTheSameTouchAndAnotherIsNot) {
  const Piece piece = groove(4);
  const TouchNet net = random_net();
  const auto first = touches_of(net, piece, piece.parts[0], {5, 0});
  const auto again = touches_of(net, piece, piece.parts[0], {5, 0});
  const auto other = touches_of(net, piece, piece.parts[0], {6, 0});
  ASSERT_EQ(first.size(), piece.parts[0].notes.size());
  EXPECT_TRUE(std::ranges::equal(first, again, same));
  EXPECT_FALSE(std::ranges::equal(first, other, same));
}

TEST(Drummer, AnEditTouchesNothingBeyondTheBarsBesideIt) {
  Piece piece = groove(8);
  const TouchNet net = random_net();
  const auto before = touches_of(net, piece, piece.parts[0], {});
  auto& notes = piece.parts[0].notes;
  const Tick at = Tick() + beats(16);
  const auto edited = std::ranges::find(notes, at, &score::Note::onset);
  edited->pitch = score::Pitch::clamped(49);
  edited->velocity = 120;
  const auto after = touches_of(net, piece, piece.parts[0], {});
  bool changed = false;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const Tick onset = notes[i].onset;
    if (onset < Tick() + beats(12) || onset >= Tick() + beats(24)) {
      EXPECT_TRUE(same(before[i], after[i])) << i;
    } else {
      changed |= !same(before[i], after[i]);
    }
  }
  EXPECT_TRUE(changed);
}

TEST(Drummer, HitsOfOneMomentDoNotFlam) {
  const Piece piece = groove(64);
  const TouchNet net = *TouchNet::from([] {
    TouchWeights weights = random_weights(9);
    weights.shares[5] = 3.0F;  // a drummer of two minds
    return weights;
  }());
  const auto touches = touches_of(net, piece, piece.parts[0], {});
  const auto& notes = piece.parts[0].notes;
  for (std::size_t i = 1; i < notes.size(); ++i) {
    if (notes[i].onset == notes[i - 1].onset) {
      EXPECT_LE(std::abs(touches[i].later_ms - touches[i - 1].later_ms), 12.0 + 1e-9);
    }
    EXPECT_LE(std::abs(touches[i].later_ms), 30.0);
    EXPECT_LE(std::abs(touches[i].louder), 30.0);
  }
}

TEST(Drummer, NoNotesNoTouches) {
  Piece piece;
  piece.parts = {Part{"Drums", Role::drums, 0, {}, {}}};
  EXPECT_TRUE(touches_of(random_net(), piece, piece.parts[0], {}).empty());
}

}  // namespace
}  // namespace cantus::touch
