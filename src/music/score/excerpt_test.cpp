#include "music/score/excerpt.h"

#include <gtest/gtest.h>

namespace cantus::score {
namespace {

Piece sixteen_beats() {
  Piece piece;
  piece.metre.set(Tick() + beats(8), Metre{2, 4});
  piece.tempo.set(Tick() + beats(8), 90);
  piece.keys = {{Tick(), Key{1, Mode::major}}, {Tick() + beats(8), Key{2, Mode::major}}};
  piece.chords = {{Tick(), beats(6), *chord_from_text("G")},
                  {Tick() + beats(6), beats(6), *chord_from_text("D")}};
  piece.sections = {{Tick(), beats(8), "A"}, {Tick() + beats(8), beats(8), "B"}};
  Part part;
  for (int i = 0; i < 16; ++i)
    part.notes.push_back({Tick() + beats(i), beats(3), Pitch::clamped(60 + i)});
  piece.parts = {part};
  piece.end = Tick() + beats(16);
  return piece;
}

TEST(Excerpt, BeginsAtZeroUnderTheSignsInForce) {
  const Piece out = excerpt(sixteen_beats(), Tick() + beats(4), Tick() + beats(10));
  EXPECT_EQ(out.end, Tick() + beats(6));
  EXPECT_EQ(out.metre.metre_at(Tick()), (Metre{4, 4}));
  EXPECT_EQ(out.metre.metre_at(Tick() + beats(4)), (Metre{2, 4}));
  EXPECT_EQ(out.tempo.bpm_at(Tick() + beats(4)), 90);
  ASSERT_EQ(out.keys.size(), 2U);
  EXPECT_EQ(out.keys[1].at, Tick() + beats(4));
  ASSERT_EQ(out.chords.size(), 2U);
  EXPECT_EQ(out.chords[0].length, beats(2));
  EXPECT_EQ(out.chords[1].length, beats(4));
  ASSERT_EQ(out.sections.size(), 2U);
  EXPECT_EQ(out.sections[1].length, beats(2));
  ASSERT_EQ(out.parts[0].notes.size(), 6U);
  EXPECT_EQ(out.parts[0].notes[0].pitch.key(), 64);
  EXPECT_EQ(out.parts[0].notes[5].length, beats(3));
}

TEST(Excerpt, TheWholeIsThePiece) {
  const Piece piece = sixteen_beats();
  EXPECT_EQ(excerpt(piece, Tick(), piece.end), piece);
}

}  // namespace
}  // namespace cantus::score
