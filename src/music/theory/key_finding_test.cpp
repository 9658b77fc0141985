#include "music/theory/key_finding.h"

#include <gtest/gtest.h>

#include "music/theory/test_pieces.h"

namespace cantus::theory {
namespace {

using score::Key;
using score::Mode;
using score::Piece;

Piece cadence_in_d_minor() {
  return piece_of(
      {blocks({{50, 65, 69, 74}, {55, 62, 70, 74}, {57, 64, 69, 73}, {50, 62, 65, 69}}, 2.0)});
}

TEST(KeyFinding, ACadenceInDMinorIsInDMinor) {
  EXPECT_EQ(find_key(cadence_in_d_minor()), (Key{-1, Mode::minor}));
}

TEST(KeyFinding, AMajorScaleEndingOnItsTonicIsMajor) {
  const Piece piece = piece_of({line({67, 69, 71, 72, 74, 76, 78, 79, 74, 71, 67})});
  EXPECT_EQ(find_key(piece), (Key{1, Mode::major}));
}

TEST(KeyFinding, TransposingThePieceTransposesTheKey) {
  const Piece piece = cadence_in_d_minor();
  for (int up = -6; up <= 6; ++up) {
    const auto found = find_key(transposed(piece, up));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->tonic().pitch_class(), score::PitchClass(2 + up)) << up;
    EXPECT_EQ(found->mode, Mode::minor) << up;
  }
}

TEST(KeyFinding, NoPitchedNoteGivesNoKey) {
  EXPECT_FALSE(find_key(Piece()));
  score::Part drums = line({36, 38, 36, 38});
  drums.role = score::Role::drums;
  EXPECT_FALSE(find_key(piece_of({drums})));
  EXPECT_TRUE(find_keys(piece_of({drums})).empty());
}

TEST(KeyFinding, ADorianTuneIsDorianOnlyWhereFolkModesAreAsked) {
  const Piece tune = piece_of({line({62, 69, 69, 71, 72, 71, 69, 67, 65, 64, 62, 64, 65, 67,
                                     69, 71, 72, 69, 71, 67, 69, 65, 67, 64, 62, 60, 62, 62})});
  EXPECT_EQ(find_key(tune, KeyModes::folk), (Key{0, Mode::dorian}));
  EXPECT_EQ(find_key(tune)->mode, Mode::minor);
}

TEST(KeyFinding, SpellingTellsFSharpFromGFlat) {
  Piece piece = piece_of({line({66, 68, 70, 71, 73, 75, 77, 78, 73, 70, 66})});
  EXPECT_EQ(find_key(piece)->fifths, 6);
  for (score::Note& note : piece.parts[0].notes) {
    note.spelling = Key{-6, Mode::major}.spell(note.pitch.pitch_class());
  }
  EXPECT_EQ(find_key(piece)->fifths, -6);
}

TEST(KeyFinding, AModulationIsFoundWhereItHappens) {
  score::Part part;
  for (int bar = 0; bar < 16; ++bar) {
    const int tonic = bar < 8 ? 60 : 64;  // C major, then E major
    for (const auto& [at, up] : {std::pair(0, 0), {1, 4}, {2, 7}, {3, bar % 2 == 0 ? 12 : 11}}) {
      part.notes.push_back(note(4 * bar + at, 1.0, tonic + up));
    }
    part.notes.push_back(note(4 * bar, 4.0, tonic - (bar % 2 == 0 ? 12 : 5)));
  }
  const auto keys = find_keys(piece_of({part}));
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].key, (Key{0, Mode::major}));
  EXPECT_EQ(keys[1].key, (Key{4, Mode::major}));
  EXPECT_EQ(keys[1].at, score::Tick() + score::beats(32));
}

}  // namespace
}  // namespace cantus::theory
