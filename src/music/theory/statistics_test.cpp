#include "music/theory/statistics.h"

#include <cmath>

#include <gtest/gtest.h>

#include "music/theory/test_pieces.h"

namespace cantus::theory {
namespace {

using score::Piece;

TEST(Statistics, AnEmptyPieceHasNone) {
  const Statistics none = statistics_of(Piece());
  EXPECT_FALSE(none.pitch_range);
  EXPECT_FALSE(none.notes_a_second);
  EXPECT_FALSE(none.groove_consistency);
}

TEST(Statistics, ATuneOfFourPitchesHasTwoBitsOfEntropy) {
  const Statistics found = statistics_of(piece_of({line({60, 62, 64, 72, 60, 62, 64, 72})}));
  EXPECT_DOUBLE_EQ(*found.pitch_entropy, 2.0);
  // C counts twice as often as D and E: 1/2 and two quarters.
  EXPECT_DOUBLE_EQ(*found.pitch_class_entropy, 1.5);
  EXPECT_EQ(found.pitch_range, 12);
  EXPECT_EQ(found.pitches_used, 4);
  EXPECT_EQ(found.pitch_classes_used, 3);
}

TEST(Statistics, ScaleConsistencyIsTheShareInTheBestScale) {
  EXPECT_DOUBLE_EQ(*statistics_of(piece_of({line({61, 63, 65, 66, 68})})).scale_consistency, 1.0);
  // No scale has more than three of C C# D D#.
  EXPECT_DOUBLE_EQ(*statistics_of(piece_of({line({60, 61, 62, 63})})).scale_consistency, 0.75);
}

TEST(Statistics, PolyphonyCountsKeysThatSoundTogether) {
  score::Part part;
  part.notes = {note(0, 4, 60), note(2, 2, 64), note(6, 2, 67)};
  const Statistics found = statistics_of(piece_of({part}));
  EXPECT_DOUBLE_EQ(*found.polyphony, 8.0 / 6.0);
  EXPECT_DOUBLE_EQ(*found.polyphony_rate, 2.0 / 8.0);
  // The same key in two parts is one key.
  score::Part doubled;
  doubled.notes = {note(0, 8, 60)};
  EXPECT_DOUBLE_EQ(*statistics_of(piece_of({doubled, doubled})).polyphony, 1.0);
}

TEST(Statistics, EqualBarsAreOneGrooveAndOneMovedOnsetCostsTwoSteps) {
  EXPECT_DOUBLE_EQ(
      *statistics_of(piece_of({line({60, 62, 64, 65, 60, 62, 64, 65})})).groove_consistency, 1.0);
  score::Part moved = line({60, 62, 64, 65, 60, 62, 64, 65});
  moved.notes[5] = note(5.5, 0.5, 62);
  EXPECT_DOUBLE_EQ(*statistics_of(piece_of({moved})).groove_consistency, 1.0 - 2.0 / 96.0);
}

TEST(Statistics, EmptyBeatsAndBarsAreCounted) {
  score::Part part;
  part.notes = {note(0, 1.5, 60), note(11, 1, 60)};
  const Statistics found = statistics_of(piece_of({part}));
  EXPECT_DOUBLE_EQ(*found.empty_beat_rate, 9.0 / 12.0);
  EXPECT_DOUBLE_EQ(*found.empty_bar_rate, 1.0 / 3.0);
}

TEST(Statistics, DensityFollowsTheTempo) {
  Piece piece = piece_of({line({60, 62, 64, 65})});
  EXPECT_DOUBLE_EQ(*statistics_of(piece).notes_a_second, 2.0);
  piece.tempo.set(score::Tick(), 60.0);
  EXPECT_DOUBLE_EQ(*statistics_of(piece).notes_a_second, 1.0);
  EXPECT_DOUBLE_EQ(*statistics_of(piece).notes_a_beat, 1.0);
}

TEST(Statistics, ChordTimeIsTheShareOfSoundInsideTheChordTrack) {
  Piece piece = piece_of({line({60, 62, 64, 66})});
  EXPECT_FALSE(statistics_of(piece).chord_time);
  piece.chords = {{score::Tick(), score::beats(4), *score::chord_from_text("C")}};
  EXPECT_DOUBLE_EQ(*statistics_of(piece).chord_time, 0.5);
}

TEST(Statistics, TransposingChangesNoStatisticButThePitchesThemselves) {
  const Piece piece = piece_of({line({60, 62, 64, 67, 69, 71, 72, 66}), line({48, 43}, 4.0)});
  const Statistics here = statistics_of(piece);
  const Statistics there = statistics_of(transposed(piece, 5));
  EXPECT_EQ(here.pitch_range, there.pitch_range);
  EXPECT_EQ(here.scale_consistency, there.scale_consistency);
  EXPECT_NEAR(*here.pitch_class_entropy, *there.pitch_class_entropy, 1e-12);
  EXPECT_EQ(here.polyphony, there.polyphony);
}

}  // namespace
}  // namespace cantus::theory
