#include "music/theory/melody_statistics.h"

#include <cmath>

#include <gtest/gtest.h>

#include "music/theory/test_pieces.h"
#include "music/theory/tonal_space.h"

namespace cantus::theory {
namespace {

std::vector<score::ChordSpan> c_major_for(double beats) {
  return {{score::Tick(), note(0, beats, 60).length, *score::chord_from_text("C")}};
}

MelodyOverChords over_c(std::initializer_list<int> keys) {
  return melody_over_chords(line(keys).notes, c_major_for(static_cast<double>(keys.size())),
                            score::MetreMap());
}

TEST(MelodyStatistics, TheTopLineIsTheHighestNoteCutAtTheNext) {
  score::Part part;
  part.notes = {note(0, 4, 48), note(0, 2, 72), note(1, 1, 74)};
  const auto top = top_line(part);
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top[0].pitch.key(), 72);
  EXPECT_EQ(top[0].length, score::beats(1));
}

TEST(MelodyStatistics, MovementTellsStepsFromLeapsAndRepetitions) {
  const MelodyMovement moves = movement_of(line({60, 62, 62, 69, 67}).notes);
  EXPECT_DOUBLE_EQ(*moves.repeated, 0.25);
  EXPECT_DOUBLE_EQ(*moves.stepwise, 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(*moves.mean_leap, 11.0 / 3.0);
  EXPECT_EQ(moves.largest_leap, 7);
  EXPECT_FALSE(movement_of(line({60}).notes).stepwise);
}

TEST(MelodyStatistics, AnArpeggioOfTheChordAgreesWhollyWithIt) {
  const MelodyOverChords found = over_c({60, 64, 67, 72});
  EXPECT_DOUBLE_EQ(*found.chord_time, 1.0);
  EXPECT_DOUBLE_EQ(*found.strong_chord_time, 1.0);
  EXPECT_DOUBLE_EQ(*found.ctnctr, 1.0);
}

TEST(MelodyStatistics, APassingNoteIsProperAndALeapFromADissonanceIsNot) {
  EXPECT_DOUBLE_EQ(*over_c({60, 62, 64, 67}).ctnctr, 1.0);
  EXPECT_DOUBLE_EQ(*over_c({60, 62, 67, 67}).ctnctr, 0.75);
  EXPECT_DOUBLE_EQ(*over_c({60, 62, 64, 67}).chord_time, 0.75);
}

TEST(MelodyStatistics, StrongTimeLooksAtBarsAndHalfBarsOnly) {
  EXPECT_DOUBLE_EQ(*over_c({60, 62, 64, 65}).strong_chord_time, 1.0);
  EXPECT_DOUBLE_EQ(*over_c({62, 60, 65, 64}).strong_chord_time, 0.0);
}

TEST(MelodyStatistics, ConsonanceIsScoredAgainstEachNoteOfTheChord) {
  // E over C E G: a third, a unison, a sixth. F sharp: a tritone, a second, a seventh.
  EXPECT_DOUBLE_EQ(*over_c({64}).pcs, 1.0);
  EXPECT_DOUBLE_EQ(*over_c({66}).pcs, -1.0);
  // C over C E G: a unison, a sixth, a fourth.
  EXPECT_DOUBLE_EQ(*over_c({60}).pcs, 2.0 / 3.0);
}

TEST(MelodyStatistics, TonalDistanceIsZeroOnlyBetweenEqualSets) {
  const auto c = tonal_centroid(std::bitset<12>(1));
  EXPECT_DOUBLE_EQ(distance(c, c), 0.0);
  // A fifth apart: 30 degrees on the circle of fifths, 90 on minor thirds, 120 on major thirds.
  const auto g = tonal_centroid(std::bitset<12>(1 << 7));
  const double fifths = 2.0 * std::sin(3.14159265358979 / 12.0);
  EXPECT_NEAR(distance(c, g), std::sqrt(fifths * fifths + 2.0 + 0.75), 1e-9);
  EXPECT_LT(*over_c({60}).mctd, *over_c({66}).mctd);
}

TEST(MelodyStatistics, WithoutChordsThereIsNothingToAgreeWith) {
  const auto found = melody_over_chords(line({60, 62}).notes, {}, score::MetreMap());
  EXPECT_FALSE(found.chord_time || found.ctnctr || found.pcs || found.mctd);
}

TEST(ChordStatistics, EntropyAndCoverageCountDifferentChords) {
  std::vector<score::ChordSpan> chords;
  for (const char* name : {"C", "F", "C", "F/A"}) {
    chords.push_back({score::Tick() + score::beats(4 * static_cast<int>(chords.size())),
                      score::beats(4), *score::chord_from_text(name)});
  }
  const ChordStatistics found = chord_statistics(chords);
  EXPECT_EQ(found.coverage, 2);
  EXPECT_NEAR(*found.histogram_entropy, std::log(2.0), 1e-12);
  EXPECT_DOUBLE_EQ(*found.beats_a_chord, 4.0);
  EXPECT_GT(*found.tonal_distance, 0.0);
  EXPECT_FALSE(chord_statistics({}).histogram_entropy);
}

}  // namespace
}  // namespace cantus::theory
