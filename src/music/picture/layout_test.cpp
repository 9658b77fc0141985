#include "music/picture/layout.h"

#include <gtest/gtest.h>

namespace cantus::picture {
namespace {

using score::beats;
using score::Piece;
using score::Tick;

Piece of_bars(int bars) {
  Piece piece;
  piece.parts.resize(1);
  piece.parts[0].notes.push_back({Tick(), beats(4 * bars), score::Pitch::clamped(60)});
  score::tidy(piece);
  return piece;
}

std::vector<std::size_t> bars_by_row(int bars, int bars_a_row = 0) {
  std::vector<std::size_t> counts;
  for (const Row& row : lay_out(of_bars(bars), bars_a_row, 1e6).rows)
    counts.push_back(row.bars.size());
  return counts;
}

TEST(Layout, ASongHasEightBarsARow) {
  EXPECT_EQ(bars_by_row(32), (std::vector<std::size_t>{8, 8, 8, 8}));
  EXPECT_EQ(bars_by_row(4), (std::vector<std::size_t>{4}));
  EXPECT_EQ(bars_by_row(20, 5), (std::vector<std::size_t>{5, 5, 5, 5}));
}

TEST(Layout, NoBarIsLeftAloneOnTheLastRow) {
  EXPECT_EQ(bars_by_row(18), (std::vector<std::size_t>{9, 9}));
  EXPECT_EQ(bars_by_row(17), (std::vector<std::size_t>{9, 8}));
}

TEST(Layout, APickupGoesBeforeTheFirstFullRow) {
  Piece piece = of_bars(16);
  piece.metre.set_pickup(beats(1));
  const Layout layout = lay_out(piece, 8, 1e6);
  ASSERT_GE(layout.rows.size(), 2U);
  EXPECT_EQ(layout.rows[0].bars.size(), 9U);
  EXPECT_EQ(layout.rows[1].from, Tick() + beats(33));
}

TEST(Layout, RowsCoverThePieceInOrder) {
  for (const int bars : {1, 7, 57, 300}) {
    Piece piece = of_bars(bars);
    piece.metre.set(Tick() + beats(12), {3, 4});
    const Layout layout = lay_out(piece, 0, 3000.0);
    EXPECT_EQ(layout.rows.front().from, Tick());
    for (std::size_t i = 1; i < layout.rows.size(); ++i) {
      EXPECT_EQ(layout.rows[i].from, layout.rows[i - 1].to);
    }
    EXPECT_GE(layout.rows.back().to, piece.end);
    EXPECT_LE(static_cast<double>(layout.rows.size()) * layout.row_height(),
              std::max(3000.0, layout.row_height()));
  }
}

TEST(Layout, EveryNoteLiesInsideTheRoll) {
  Piece piece = of_bars(4);
  for (const int key : {0, 64, 127}) {
    piece.parts[0].notes[0].pitch = score::Pitch::clamped(key);
    const Layout layout = lay_out(piece, 0, 1e6);
    EXPECT_GE(layout.y_of(key), 0.0);
    EXPECT_LE(layout.y_of(key) + layout.key_height, layout.roll + 1e-9);
  }
}

}  // namespace
}  // namespace cantus::picture
