#include "neural/corpus/measure_repetition.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "base/random.h"
#include "music/formats/file.h"

namespace cantus::corpus {
namespace {

using score::beats;
using score::Tick;

/// Four bars drawn from a seed, played `times` times.
score::Piece refrain(std::uint64_t seed, int times) {
  score::Piece piece;
  score::Part part;
  part.role = score::Role::melody;
  for (int t = 0; t < times; ++t) {
    Random random(seed);
    for (int i = 0; i < 16; ++i) {
      part.notes.push_back({Tick() + beats(16 * t + i), beats(1),
                            score::Pitch::clamped(60 + static_cast<int>(random.below(12)))});
    }
  }
  piece.parts = {part};
  score::tidy(piece);
  return piece;
}

TEST(MeasureRepetition, AFolderOfRefrainsRepeats) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "measure_repetition";
  std::filesystem::create_directories(folder);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto path = folder / (std::to_string(seed) + ".mid");
    ASSERT_TRUE(formats::write_file(refrain(seed, 6), path));
  }
  ASSERT_TRUE(formats::write_file(refrain(9, 2), folder / "short.mid"));
  const std::vector<Source> sources = {own_source(folder)};
  const auto rows = measure_repetition(sources, "", {});
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 1U);
  const RepetitionRow& row = rows->front();
  EXPECT_EQ(row.pieces, "all");
  EXPECT_EQ(row.figures[6].pieces, 3U) << "eight bars are too few";
  EXPECT_GT(row.figures[4].mean, 0.8);
  EXPECT_GT(row.figures[6].mean, 3.0);
  EXPECT_NEAR(row.figures[7].mean, 20.0 / 24.0, 1e-9);
  EXPECT_LE(row.figures[6].low, row.figures[6].mean);
  EXPECT_GE(row.figures[6].high, row.figures[6].mean);
  std::filesystem::remove_all(folder);
}

TEST(MeasureRepetition, ShufflingKeepsEveryBarAndItsNumberOfNotes) {
  const score::Piece piece = refrain(2, 4);
  const score::Piece shuffled = bars_shuffled(piece, 5);
  const auto bars = [](const score::Piece& of) {
    std::map<int, std::vector<int>> keys;
    for (const score::Note& note : of.parts[0].notes)
      keys[of.metre.bar_at(note.onset)].push_back(note.pitch.key());
    std::vector<std::vector<int>> out;
    for (const auto& [bar, each] : keys)
      out.push_back(each);
    return out;
  };
  EXPECT_NE(bars(piece), bars(shuffled));
  auto before = bars(piece);
  auto after = bars(shuffled);
  std::ranges::sort(before);
  std::ranges::sort(after);
  EXPECT_EQ(before, after);
}

TEST(MeasureRepetition, TheIntervalOfOneValueIsThatValueAndOfManyHoldsTheMean) {
  const std::vector<double> one = {0.25};
  EXPECT_EQ(measured(one, 1).low, 0.25);
  EXPECT_EQ(measured(one, 1).high, 0.25);
  Random random(3);
  std::vector<double> many;
  for (int i = 0; i < 400; ++i)
    many.push_back(random.normal());
  const Measured figure = measured(many, 1);
  EXPECT_NEAR(figure.high - figure.low, 2 * 1.96 / 20.0, 0.03);
  EXPECT_EQ(measured({}, 1).pieces, 0U);
}

}  // namespace
}  // namespace cantus::corpus
