#include "neural/touch/player.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "neural/touch/drum_score.h"

namespace cantus::touch {
namespace {

using score::beats;
using score::Part;
using score::Piece;
using score::Role;
using score::Tick;

LineShaper random_shaper() {
  Random random(7);
  ShaperWeights weights;
  for (int f = 0; f < kLineFeatures; ++f)
    weights.louder.push_back(static_cast<float>(random.normal()));
  for (const float louder : weights.louder)
    weights.later.push_back(0.5F * louder);
  return *LineShaper::from(weights);
}

/// Eighths that wander, a chord on every downbeat and a rest at the end of every fourth bar.
Piece tune(int bars) {
  Part part{"Piano", Role::melody, 0, {}, {}};
  const auto add = [&](int eighth, int key) {
    part.notes.push_back({Tick() + beats(eighth, 2), beats(1, 2), score::Pitch::clamped(key)});
  };
  for (int i = 0; i < 8 * bars; ++i) {
    if (i % 32 >= 28) continue;
    add(i, 60 + (i * 7) % 17);
    if (i % 8 == 0) add(i, 48);
  }
  Piece piece;
  piece.parts = {part};
  score::tidy(piece);
  return piece;
}

LineScore score_of(const Piece& piece) {
  std::vector<LineNote> notes;
  for (const score::Note& note : piece.parts[0].notes)
    notes.push_back({nearest_place(note.onset), note.length, note.pitch.key()});
  return {piece, piece.parts[0], std::move(notes)};
}

bool same(const LineTouch& a, const LineTouch& b) {
  return a.louder == b.louder && a.lean_ms == b.lean_ms;
}

TEST(LineScore, TellsTheTopOfAChordFromItsBottomAndAPhrasesStartFromItsInside) {
  const LineScore score = score_of(tune(8));
  EXPECT_NE(score.features(0), score.features(1)) << "bottom and top of the first chord";
  EXPECT_NE(score.features(3), score.features(4));
  EXPECT_EQ(score.place_in_bar(0), 0);
  EXPECT_EQ(score.place_in_bar(2), 12);
}

TEST(LineScore, VelocitiesLeaveNoTrace) {
  Piece loud = tune(4);
  for (score::Note& note : loud.parts[0].notes)
    note.velocity = 120;
  for (std::size_t i = 0; i < loud.parts[0].notes.size(); ++i)
    EXPECT_EQ(score_of(loud).features(i), score_of(tune(4)).features(i));
}

TEST(LineShaper, IsTheSumOfFeaturesLessTheMeanOfThoseBeside) {
  const LineShaper shaper = random_shaper();
  const LineScore score = score_of(tune(8));
  const auto plain = [&](std::size_t i) {
    double sum = 0.0;
    const LineFeatures features = score.features(i);
    for (std::size_t f = 0; f < features.size(); ++f)
      sum += static_cast<double>(features[f] * shaper.weights().louder[f]);
    return sum;
  };
  const auto louder = shaper.louder(score);
  for (const std::size_t i : {std::size_t{0}, std::size_t{30}, louder.size() - 1}) {
    double mean = 0.0;
    double count = 0.0;
    for (std::size_t j = 0; j < louder.size(); ++j) {
      const double away = (score.notes()[j].place - score.notes()[i].place).beats();
      if (std::abs(away) > kBesideBeats) continue;
      mean += plain(j);
      count += 1.0;
    }
    EXPECT_NEAR(louder[i], plain(i) - mean / count, 1e-4) << i;
    EXPECT_NEAR(shaper.later_ms(score)[i], 0.5 * louder[i], 1e-4) << i;
  }
}

TEST(LineShaper, WeightsComeBackFromTheFileAndOthersAreRefused) {
  const auto path = std::filesystem::path(testing::TempDir()) / "line_shaper_test.safetensors";
  const ShaperWeights weights = random_shaper().weights();
  ASSERT_TRUE(write_shaper(path, weights));
  const auto shaper = LineShaper::load(path);
  ASSERT_TRUE(shaper) << shaper.error().message;
  EXPECT_EQ(shaper->weights().louder, weights.louder);

  std::string bytes = *read_file(path);
  ASSERT_TRUE(write_file(path, std::string_view(bytes).substr(0, bytes.size() - 4)));
  EXPECT_FALSE(LineShaper::load(path)) << "cut short";
  bytes.replace(bytes.find("cantus-player-1"), 15, "cantus-player-9");
  ASSERT_TRUE(write_file(path, bytes));
  const auto other = LineShaper::load(path);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("not a player's weights"), std::string::npos);
  ShaperWeights broken = weights;
  broken.louder[3] = std::nanf("");
  EXPECT_FALSE(LineShaper::from(broken));
  broken.louder.pop_back();
  EXPECT_FALSE(LineShaper::from(broken));
  std::filesystem::remove(path);
}

TEST(Player, TheSameSeedIsTheSameTouchAndAnotherIsNot) {
  const Piece piece = tune(8);
  const LineShaper shaper = random_shaper();
  const auto first = line_touches(shaper, piece, piece.parts[0], 5);
  ASSERT_EQ(first.size(), piece.parts[0].notes.size());
  EXPECT_TRUE(std::ranges::equal(first, line_touches(shaper, piece, piece.parts[0], 5), same));
  EXPECT_FALSE(std::ranges::equal(first, line_touches(shaper, piece, piece.parts[0], 6), same));
  for (const LineTouch& touch : first) {
    EXPECT_LE(std::abs(touch.louder), 30.0);
    EXPECT_LE(std::abs(touch.lean_ms), 15.0);
  }
}

TEST(Player, AnEditTouchesNothingBeyondSevenBars) {
  Piece piece = tune(32);
  const LineShaper shaper = random_shaper();
  const auto before = line_touches(shaper, piece, piece.parts[0], 1);
  auto& notes = piece.parts[0].notes;
  const Tick at = Tick() + beats(64);
  const auto edited = std::ranges::find(notes, at, &score::Note::onset);
  edited->pitch = score::Pitch::clamped(40);
  edited->length = beats(1, 4);
  const auto after = line_touches(shaper, piece, piece.parts[0], 1);
  bool changed = false;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const double away = std::abs((notes[i].onset - at).beats());
    if (away > 28.0) {
      EXPECT_TRUE(same(before[i], after[i])) << i;
    } else {
      changed |= !same(before[i], after[i]);
    }
  }
  EXPECT_TRUE(changed);
}

TEST(Player, NoNotesNoTouches) {
  Piece piece;
  piece.parts = {Part{"Flute", Role::melody, 73, {}, {}}};
  EXPECT_TRUE(line_touches(random_shaper(), piece, piece.parts[0], 1).empty());
}

}  // namespace
}  // namespace cantus::touch
