#include "neural/corpus/phrase_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "neural/rolls/roll.h"

namespace cantus::corpus {
namespace {

using rolls::kStep;
using score::Tick;
using score::TickLength;
using testing::ElementsAre;

score::Note note(TickLength at, TickLength length, int key = 60) {
  return score::Note{Tick() + at, length, *score::Pitch::from_key(key)};
}

score::Piece piece_with(std::vector<score::Note> notes) {
  score::Piece piece;
  score::Part part;
  part.role = score::Role::melody;
  part.notes = std::move(notes);
  piece.parts.push_back(part);
  return piece;
}

std::vector<std::int64_t> steps_of(const score::Piece& piece) {
  std::vector<std::int64_t> steps;
  for (const score::Note& n : piece.parts[0].notes)
    steps.push_back((n.onset - Tick()).count() / kStep.count());
  return steps;
}

TEST(PhraseGrid, LeavesAloneWhatLiesOnIt) {
  const score::Piece piece = piece_with({note(kStep * 0, kStep * 3), note(kStep * 3, kStep * 1),
                                         note(kStep * 4, kStep * 4), note(kStep * 6, kStep * 6),
                                         note(kStep * 8, kStep * 4), note(kStep * 9, kStep * 3),
                                         note(kStep * 12, kStep * 192)});
  EXPECT_EQ(on_grid(piece).parts, piece.parts);
  EXPECT_EQ(distance_from_grid(piece), 0.0);
}

TEST(PhraseGrid, MovesOnsetsToTheNearestSixteenthOrTriplet) {
  const score::Piece piece =
      piece_with({note(kStep * 1, kStep * 3), note(kStep * 2, kStep * 3, 62),
                  note(kStep * 5 + TickLength(100), kStep * 3), note(kStep * 11, kStep * 3)});
  EXPECT_THAT(steps_of(on_grid(piece)), ElementsAre(0, 3, 6, 12));
}

TEST(PhraseGrid, BeatsAreCountedFromTheBarAfterAPickupOfAnEighth) {
  score::Piece piece = piece_with({note(kStep * 2, kStep * 4), note(kStep * 6, kStep * 4),
                                   note(kStep * 10, kStep * 4), note(kStep * 14, kStep * 4)});
  piece.metre.set_pickup(kStep * 6);
  EXPECT_THAT(steps_of(on_grid(piece)), ElementsAre(2, 6, 10, 14));
  EXPECT_EQ(distance_from_grid(piece), 0.0);
}

TEST(PhraseGrid, LengthsBecomeTheNearestOfTheGrid) {
  const score::Piece piece =
      piece_with({note(kStep * 0, TickLength(1)), note(kStep * 12, kStep * 7),
                  note(kStep * 24, kStep * 40), note(kStep * 48, kStep * 1000)});
  const score::Piece moved = on_grid(piece);
  std::vector<std::int64_t> lengths;
  for (const score::Note& n : moved.parts[0].notes)
    lengths.push_back(n.length.count() / kStep.count());
  EXPECT_THAT(lengths, ElementsAre(1, 6, 36, 192));
  EXPECT_EQ(grid_length_within(7), 6);
  EXPECT_EQ(grid_length_within(48), 48);
  EXPECT_EQ(grid_length_within(1000), 192);
  EXPECT_EQ(grid_length_within(0), 1);
}

TEST(PhraseGrid, ThinsARunOfThirtySecondsToSixteenths) {
  std::vector<score::Note> run;
  for (int i = 0; i < 8; ++i)
    run.push_back(note(score::beats(i, 8), score::beats(1, 8), 60 + i));
  const score::Piece thinned = on_grid(piece_with(run));
  std::vector<int> keys;
  for (const score::Note& n : thinned.parts[0].notes)
    keys.push_back(n.pitch.key());
  EXPECT_THAT(keys, ElementsAre(60, 62, 63, 64, 65, 66));
  EXPECT_THAT(steps_of(thinned), ElementsAre(0, 3, 4, 6, 8, 9));
}

TEST(PhraseGrid, KeepsAStrummedChordTogether) {
  const score::Piece piece =
      piece_with({note(TickLength(0), kStep * 12, 60), note(TickLength(200), kStep * 12, 64),
                  note(TickLength(400), kStep * 12, 67)});
  EXPECT_THAT(steps_of(on_grid(piece)), ElementsAre(0, 0, 0));
}

TEST(PhraseGrid, MusicInAnotherTimeLiesFarFromIt) {
  std::vector<score::Note> notes;
  for (int i = 0; i < 500; ++i)
    notes.push_back(note(TickLength(7919) * i, kStep * 3));
  EXPECT_NEAR(distance_from_grid(piece_with(notes)), 0.583, 0.05);
}

}  // namespace
}  // namespace cantus::corpus
