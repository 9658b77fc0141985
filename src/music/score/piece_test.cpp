#include "music/score/piece.h"

#include <gtest/gtest.h>

namespace cantus::score {
namespace {

Piece two_bars() {
  Piece piece;
  Part part;
  part.role = Role::melody;
  for (int i = 7; i >= 0; --i) {
    part.notes.push_back(Note{Tick() + beats(i), beats(1), *Pitch::from_key(60 + i)});
  }
  piece.parts.push_back(part);
  piece.keys.push_back(KeyChange{Tick(), Key{0, Mode::major}});
  piece.chords.push_back(ChordSpan{Tick(), beats(8), *chord_from_text("C")});
  piece.chords.push_back(ChordSpan{Tick() + beats(4), beats(4), *chord_from_text("G7/B")});
  return piece;
}

TEST(Piece, TidyingTwiceChangesNothing) {
  Piece once = two_bars();
  tidy(once);
  Piece twice = once;
  tidy(twice);
  EXPECT_EQ(once, twice);
}

TEST(Piece, TidyingSortsNotesEndsChordsAtTheNextAndFindsTheEnd) {
  Piece piece = two_bars();
  tidy(piece);
  EXPECT_EQ(piece.parts[0].notes.front().onset, Tick());
  EXPECT_EQ(piece.chords[0].length, beats(4));
  EXPECT_EQ(piece.end, Tick() + beats(8));
  EXPECT_EQ(bars_of(piece), 2);
}

TEST(Piece, TransposingUpThenDownGivesTheSamePitchesAndChords) {
  Piece piece = two_bars();
  tidy(piece);
  for (int by = -11; by <= 11; ++by) {
    const Piece back = transposed(transposed(piece, by), -by);
    for (std::size_t i = 0; i < piece.parts[0].notes.size(); ++i) {
      EXPECT_EQ(back.parts[0].notes[i].pitch, piece.parts[0].notes[i].pitch);
    }
    for (std::size_t i = 0; i < piece.chords.size(); ++i) {
      EXPECT_EQ(back.chords[i].chord.pitch_classes(), piece.chords[i].chord.pitch_classes());
    }
  }
}

TEST(Piece, TransposingLeavesDrumsAlone) {
  Piece piece = two_bars();
  piece.parts[0].role = Role::drums;
  EXPECT_EQ(transposed(piece, 5).parts, piece.parts);
}

TEST(Piece, TheChordAtATickIsTheOneSounding) {
  Piece piece = two_bars();
  tidy(piece);
  EXPECT_EQ(to_text(chord_at(piece, Tick() + beats(5))->chord), "G7/B");
  EXPECT_EQ(chord_at(piece, Tick() + beats(8)), nullptr);
}

TEST(Piece, ANoteOfNoLengthIsDropped) {
  Piece piece = two_bars();
  piece.parts[0].notes[0].length = TickLength();
  tidy(piece);
  EXPECT_EQ(note_count(piece), 7U);
}

TEST(Piece, RolesHaveNames) {
  for (int i = 0; i < kRoles; ++i) {
    EXPECT_EQ(role_from_text(to_text(static_cast<Role>(i))), static_cast<Role>(i));
  }
}

}  // namespace
}  // namespace cantus::score
