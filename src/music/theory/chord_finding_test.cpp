#include "music/theory/chord_finding.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "music/theory/test_pieces.h"

namespace cantus::theory {
namespace {

using score::Piece;

Piece pop_song() {
  const score::Part chords =
      blocks({{48, 60, 64, 67}, {57, 60, 64, 69}, {53, 60, 65, 69}, {55, 59, 62, 67}}, 4.0);
  const score::Part tune = line({72, 74, 76, 72, 76, 77, 76, 72, 69, 72, 74, 72, 71, 74, 79, 74});
  return piece_of({tune, chords});
}

TEST(ChordFinding, BlockChordsAreNamedBarByBar) {
  EXPECT_EQ(told(find_chords(pop_song())), "C:4 Am:4 F:4 G:4");
}

TEST(ChordFinding, BrokenChordsAreNamedLikeBlockChords) {
  const Piece piece =
      piece_of({line({48, 55, 60, 64, 67, 64, 60, 55, 45, 52, 57, 60, 64, 60, 57, 52,
                      41, 53, 57, 60, 65, 60, 57, 53, 43, 50, 55, 59, 62, 59, 55, 50},
                     0.5)});
  EXPECT_EQ(told(find_chords(piece)), "C:4 Am:4 F:4 G:4");
}

TEST(ChordFinding, SeventhsAndDiminishedChordsAreTold) {
  const Piece piece = piece_of({blocks({{50, 62, 65, 69, 72},
                                        {43, 59, 62, 65, 67},
                                        {48, 64, 67, 71, 72},
                                        {47, 62, 65, 69, 71},
                                        {52, 56, 62, 64, 71},
                                        {45, 60, 64, 69, 72}},
                                       4.0)});
  EXPECT_EQ(told(find_chords(piece)), "Dm7:4 G7:4 Cmaj7:4 Bm7b5:4 E7:4 Am:4");
}

TEST(ChordFinding, AnInversionNamesItsBassUnlessToldNotTo) {
  const Piece piece = piece_of({blocks({{48, 60, 64, 67}, {52, 60, 67, 72}}, 4.0)});
  EXPECT_EQ(told(find_chords(piece)), "C:4 C/E:4");
  EXPECT_EQ(told(find_chords(piece, {.inversions = false})), "C:8");
}

TEST(ChordFinding, APassingBassNoteIsNoNewChord) {
  const score::Part chords = blocks({{60, 64, 67}, {60, 65, 69}}, 4.0);
  const score::Part bass = line({48, 48, 48, 52, 53, 53, 53, 53});
  const auto found = find_chords(piece_of({chords, bass}), {.inversions = false});
  EXPECT_EQ(told(found), "C:4 F:4");
}

TEST(ChordFinding, TransposingThePieceTransposesTheChords) {
  Random random(5);
  score::Part part;
  for (int i = 0; i < 128; ++i) {
    const int degree = static_cast<int>(random.below(22));
    const int key = 48 + 12 * (degree / 7) + std::array{0, 2, 4, 5, 7, 9, 11}[degree % 7];
    part.notes.push_back(note(i / 4 * 1.0, 1.0, key));
  }
  const Piece piece = piece_of({part});
  const auto chords = find_chords(piece);
  ASSERT_GT(chords.size(), 4U);
  for (int up = 1; up < 12; ++up) {
    const auto moved = find_chords(transposed(piece, up));
    ASSERT_EQ(moved.size(), chords.size()) << up;
    for (std::size_t i = 0; i < chords.size(); ++i) {
      EXPECT_EQ(moved[i].onset, chords[i].onset);
      EXPECT_EQ(moved[i].chord.quality, chords[i].chord.quality);
      EXPECT_EQ(moved[i].chord.root.pitch_class(), chords[i].chord.root.pitch_class() + up);
    }
  }
}

TEST(ChordFinding, LongSilencesHaveNoChordAndShortRestsKeepTheirs) {
  score::Part part = blocks({{48, 60, 64, 67}}, 4.0);
  part.notes.push_back(note(5, 3, 48));
  for (const int key : {48, 60, 64, 67})
    part.notes.push_back(note(24, 4, key));
  EXPECT_EQ(told(find_chords(piece_of({part}))), "C:8 C:4");
  EXPECT_TRUE(find_chords(Piece()).empty());
}

TEST(ChordFinding, ChordsAreSortedAndDoNotOverlap) {
  score::Piece piece = pop_song();
  piece.chords = find_chords(piece);
  score::Piece again = piece;
  score::tidy(again);
  EXPECT_EQ(again.chords, piece.chords);
}

TEST(ChordFinding, ADroneOfAnHourIsFoundQuickly) {
  score::Part part;
  for (int i = 0; i < 2000; ++i)
    part.notes.push_back(note(i * 0.01, 7200.0, 36 + i % 60));
  EXPECT_FALSE(find_chords(piece_of({part})).empty());
}

}  // namespace
}  // namespace cantus::theory
