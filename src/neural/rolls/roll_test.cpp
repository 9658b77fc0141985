#include "neural/rolls/roll.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace cantus::rolls {
namespace {

using score::beats;
using score::Role;
using score::Tick;
using score::TickLength;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kBand5 = 88;  // the middle of velocities 80 to 95

score::Note note(TickLength at, TickLength length, int key, int velocity = kBand5) {
  return score::Note{Tick() + at, length, *score::Pitch::from_key(key), velocity};
}

/// A piece of `bars` bars whose parts have these roles and nothing to play.
score::Piece empty_piece(score::Metre metre, int bars, std::initializer_list<Role> roles) {
  score::Piece piece;
  piece.metre = score::MetreMap(metre);
  for (const Role role : roles) {
    score::Part part;
    part.role = role;
    piece.parts.push_back(part);
  }
  piece.end = Tick() + metre.bar_length() * bars;
  return piece;
}

std::vector<std::vector<score::Note>> notes_of(const score::Piece& piece) {
  std::vector<std::vector<score::Note>> notes;
  for (const score::Part& part : piece.parts)
    notes.push_back(part.notes);
  return notes;
}

TEST(Roll, GivesBackEveryNoteThatLiesOnSteps) {
  for (const score::Metre metre : {score::Metre{4, 4}, score::Metre{3, 4}, score::Metre{6, 8}}) {
    score::Piece piece =
        empty_piece(metre, 4, {Role::drums, Role::bass, Role::chords, Role::pad, Role::melody});
    const TickLength bar = metre.bar_length();
    piece.parts[0].notes = {note(beats(0), beats(1, 12), 36), note(beats(0), beats(1, 12), 42),
                            note(beats(1, 4), beats(1, 12), 42), note(bar, beats(1, 12), 49, 120)};
    piece.parts[1].notes = {note(bar - beats(1), beats(2), 40), note(bar * 3, bar * 2, 43)};
    piece.parts[2].notes = {note(beats(0), bar, 60), note(beats(0), bar * 2, 64),
                            note(bar, beats(1, 3), 60)};
    piece.parts[3].notes = {note(beats(1, 2), bar * 3, 67, 8)};
    piece.parts[4].notes = {
        note(beats(0), beats(1, 3), 72),    note(beats(1, 3), beats(1, 3), 72),
        note(beats(2, 3), beats(1, 4), 76), note(beats(1), beats(1, 4), 76),
        note(beats(5, 4), beats(3, 4), 79), note(bar * 4 - beats(1, 12), beats(1), 84)};
    const auto roll = roll_of(piece, 0);
    ASSERT_TRUE(roll);
    EXPECT_EQ(notes_of(piece_of(*roll)), notes_of(piece));
    EXPECT_EQ(piece_of(*roll).metre, piece.metre);
    EXPECT_EQ(roll_of(piece_of(*roll), 0), roll);
  }
}

TEST(Roll, GivesBackRandomPhrasesWhateverTheirPlaceInThePiece) {
  Random random(7);
  for (int round = 0; round < 20; ++round) {
    Roll roll;
    roll.metre = round % 2 == 0 ? score::Metre{4, 4} : score::Metre{6, 8};
    for (const Player player : kAllPlayers) {
      for (int i = 0; i < 40; ++i) {
        roll.of(player).push_back(
            {static_cast<std::int16_t>(random.below(static_cast<std::uint64_t>(roll.steps()))),
             static_cast<std::int16_t>(1 + random.below(60)),
             static_cast<std::uint8_t>(30 + random.below(50)),
             static_cast<std::uint8_t>(random.below(kVelocityBands))});
      }
    }
    tidy(roll);
    score::Piece piece;
    piece.metre = score::MetreMap(roll.metre);
    const TickLength bar = roll.metre.bar_length();
    piece.parts = parts_of(roll, Tick() + bar * 2);
    piece.end = Tick() + bar * 6;
    EXPECT_EQ(roll_of(piece, 2), roll);
  }
}

TEST(Roll, MovesNotesToTheNearestStepAndKeepsThemAStepLong) {
  score::Piece piece = empty_piece({4, 4}, 4, {Role::melody});
  piece.parts[0].notes = {note(beats(1) - TickLength(100), TickLength(3), 60),
                          note(beats(2) + TickLength(100), beats(1) - TickLength(400), 60)};
  const auto roll = roll_of(piece, 0);
  ASSERT_TRUE(roll);
  EXPECT_THAT(roll->of(Player::melody),
              ElementsAre(RollNote{12, 1, 60, 5}, RollNote{24, 12, 60, 5}));
}

TEST(Roll, AnOnsetJustBeforeABarLineBelongsToTheBarAfterIt) {
  score::Piece piece = empty_piece({4, 4}, 5, {Role::melody});
  piece.parts[0].notes = {note(beats(4) - TickLength(100), beats(1), 60),
                          note(beats(20) - TickLength(100), beats(1), 62)};
  EXPECT_THAT(roll_of(piece, 1)->of(Player::melody), ElementsAre(RollNote{0, 12, 60, 5}));
}

TEST(Roll, TheLouderOfTwoNotesAtOnePlaceStays) {
  score::Piece piece = empty_piece({4, 4}, 4, {Role::chords, Role::chords});
  piece.parts[0].notes = {note(beats(0), beats(4), 60, 40), note(beats(1), beats(1), 62)};
  piece.parts[1].notes = {note(beats(0), beats(1), 60, 100), note(beats(1), beats(2), 62)};
  EXPECT_THAT(roll_of(piece, 0)->of(Player::chords),
              ElementsAre(RollNote{0, 12, 60, 6}, RollNote{12, 24, 62, 5}));
}

TEST(Roll, ANoteEndsWhereItsKeyIsStruckAgain) {
  score::Piece piece = empty_piece({4, 4}, 4, {Role::pad});
  piece.parts[0].notes = {note(beats(0), beats(4), 60), note(beats(1), beats(1), 60)};
  const auto roll = roll_of(piece, 0);
  EXPECT_THAT(roll->of(Player::pad), ElementsAre(RollNote{0, 12, 60, 5}, RollNote{12, 12, 60, 5}));
  const auto cells = cells_of(*roll, Player::pad);
  ASSERT_EQ(cells.size(), 192U * 128U);
  const auto cell = [&](std::size_t step) { return cells[step * 128 + 60]; };
  EXPECT_TRUE(cell(0).onset && !cell(0).held);
  EXPECT_TRUE(cell(11).held);
  EXPECT_TRUE(cell(12).onset && !cell(12).held);
  EXPECT_TRUE(cell(23).held && cell(23).band == 5);
  EXPECT_FALSE(cell(24).held || cell(24).onset);
}

TEST(Roll, CellsOfARollThatIsNotTidyAreTheSame) {
  Roll roll;
  roll.of(Player::pad) = {{0, 40, 60, 5}, {10, 4, 60, 5}};
  const auto cells = cells_of(roll, Player::pad);
  tidy(roll);
  const auto tidied = cells_of(roll, Player::pad);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    EXPECT_EQ(cells[i].onset, tidied[i].onset);
    EXPECT_EQ(cells[i].held, tidied[i].held);
  }
}

TEST(Roll, ANoteThatSoundsBeyondThePhraseFillsItsLastCellsOnly) {
  Roll roll;
  roll.metre = {3, 4};
  roll.of(Player::bass) = {{140, 100, 40, 5}};
  const auto cells = cells_of(roll, Player::bass);
  ASSERT_EQ(cells.size(), 144U * 128U);
  EXPECT_TRUE(cells[143 * 128 + 40].held);
}

TEST(Roll, CounterMelodiesPlayWithThePadAndOthersNotAtAll) {
  EXPECT_EQ(player_of(Role::counter), Player::pad);
  EXPECT_EQ(player_of(Role::other), std::nullopt);
  for (const Player player : kAllPlayers) {
    EXPECT_EQ(player_of(role_of(player)), player);
    EXPECT_EQ(player_from_text(to_text(player)), player);
  }
  EXPECT_EQ(player_from_text("kazoo"), std::nullopt);
}

TEST(Roll, NamesTheChordAtEachHalfBar) {
  score::Piece piece = empty_piece({6, 8}, 4, {Role::melody});
  piece.chords = {{Tick(), beats(3, 2), *score::chord_from_text("C")},
                  {Tick() + beats(3, 2), beats(2), *score::chord_from_text("G7/B")}};
  const auto roll = roll_of(piece, 0);
  EXPECT_EQ(roll->chords[0], (HalfBarChord{0b10010001, 0, 0}));
  EXPECT_EQ(roll->chords[1], (HalfBarChord{0b100010100100, 7, 11}));
  EXPECT_EQ(roll->chords[2].root, 7);
  EXPECT_EQ(roll->chords[3], HalfBarChord());
}

TEST(Roll, TransposingUpThenDownGivesTheSameRoll) {
  Roll roll;
  roll.of(Player::drums) = {{0, 1, 36, 5}};
  roll.of(Player::bass) = {{0, 12, 40, 5}};
  roll.of(Player::chords) = {{0, 12, 60, 5}, {0, 12, 64, 5}};
  roll.chords[0] = {0b000010010001, 0, 4};
  roll.chords[7] = {0b100010100100, 7, 11};
  const Roll up = transposed(roll, 5);
  EXPECT_EQ(up.of(Player::drums)[0].key, 36);
  EXPECT_EQ(up.of(Player::bass)[0].key, 45);
  EXPECT_EQ(up.chords[0], (HalfBarChord{0b001000100001, 5, 9}));
  EXPECT_EQ(up.chords[1], HalfBarChord());
  EXPECT_EQ(transposed(up, -5), roll);
}

TEST(Roll, APlayerThatWouldLeaveTheKeyNumbersMovesByOctaves) {
  Roll roll;
  roll.of(Player::melody) = {{0, 12, 60, 5}, {12, 12, 125, 5}};
  roll.of(Player::bass) = {{0, 12, 40, 5}};
  const Roll up = transposed(roll, 4);
  EXPECT_EQ(up.of(Player::melody)[0].key, 52);
  EXPECT_EQ(up.of(Player::melody)[1].key, 117);
  EXPECT_EQ(up.of(Player::bass)[0].key, 44);
}

TEST(Roll, ThereIsNoneWhereTheMetreChangesOrIsAnother) {
  score::Piece piece = empty_piece({4, 4}, 12, {Role::melody});
  piece.metre.set(Tick() + beats(24), score::Metre{3, 4});
  piece.metre.set(Tick() + beats(24 + 15), score::Metre{5, 4});
  EXPECT_TRUE(roll_of(piece, 2));
  EXPECT_FALSE(roll_of(piece, 3));
  EXPECT_EQ(roll_of(piece, 6)->metre, (score::Metre{3, 4}));
  EXPECT_TRUE(roll_of(piece, 7));
  EXPECT_FALSE(roll_of(piece, 8));
  EXPECT_FALSE(roll_of(piece, 11));
  EXPECT_FALSE(roll_of(piece, -1));
}

TEST(Roll, ThereIsNoneOverABarCutShort) {
  score::Piece piece = empty_piece({4, 4}, 12, {Role::melody});
  piece.metre.set(Tick() + beats(18), score::Metre{4, 4});
  EXPECT_TRUE(roll_of(piece, 0));
  EXPECT_FALSE(roll_of(piece, 1));
  EXPECT_TRUE(roll_of(piece, 5));
}

TEST(Roll, ThereIsNoneWhereThePieceIsOverBeforeItsLastBar) {
  const score::Piece piece = empty_piece({4, 4}, 8, {Role::melody});
  EXPECT_TRUE(roll_of(piece, 4));
  EXPECT_FALSE(roll_of(piece, 5));
}

TEST(Roll, BarsAreCountedFromTheFirstWholeOne) {
  score::Piece piece = empty_piece({3, 4}, 5, {Role::melody, Role::other});
  piece.metre.set_pickup(beats(1));
  piece.parts[0].notes = {note(beats(0), beats(1), 60), note(beats(1), beats(1), 62)};
  piece.parts[1].notes = {note(beats(1), beats(1), 50)};
  const auto roll = roll_of(piece, 0);
  EXPECT_THAT(roll->of(Player::melody), ElementsAre(RollNote{0, 12, 62, 5}));
  EXPECT_THAT(roll->of(Player::bass), IsEmpty());
}

TEST(Roll, GraceNotesTakeNoPlace) {
  score::Piece piece = empty_piece({4, 4}, 4, {Role::melody});
  piece.parts[0].notes = {note(beats(0), beats(1), 60)};
  piece.parts[0].notes[0].grace = true;
  EXPECT_THAT(roll_of(piece, 0)->of(Player::melody), IsEmpty());
}

}  // namespace
}  // namespace cantus::rolls
