#include "music/theory/role_finding.h"

#include <gtest/gtest.h>

#include "music/theory/test_pieces.h"

namespace cantus::theory {
namespace {

using score::Part;
using score::Piece;
using score::Role;

std::vector<Role> roles_of(const Piece& piece) {
  std::vector<Role> roles;
  for (const Part& part : piece.parts)
    roles.push_back(part.role);
  return roles;
}

Part tune() {
  return line({72, 74, 76, 79, 77, 76, 74, 72, 71, 72, 74, 67, 69, 71, 72, 72});
}
Part strumming() {
  return blocks({{60, 64, 67},
                 {60, 64, 67},
                 {57, 60, 65},
                 {57, 60, 65},
                 {59, 62, 67},
                 {59, 62, 67},
                 {60, 64, 67},
                 {60, 64, 67}},
                2.0);
}
Part low_line() {
  return line({36, 36, 43, 43, 41, 41, 41, 41, 43, 43, 43, 43, 36, 36, 36, 36});
}

TEST(RoleFinding, ABandIsCastByWhatItPlays) {
  Part drums = line({36, 42, 38, 42});
  drums.role = Role::drums;
  Part strings = blocks({{64, 67, 72}, {65, 69, 72}}, 8.0);
  strings.program = 48;
  Piece piece = piece_of({strumming(), drums, low_line(), tune(), strings});
  assign_roles(piece);
  EXPECT_EQ(roles_of(piece),
            (std::vector{Role::chords, Role::drums, Role::bass, Role::melody, Role::pad}));
}

TEST(RoleFinding, ANameSaysMoreThanTheNotes) {
  Part second = tune();
  for (score::Note& note : second.notes)
    note.pitch = score::Pitch::clamped(note.pitch.key() - 12);
  second.name = "Lead Vocals";
  Piece piece = piece_of({tune(), second, low_line()});
  assign_roles(piece);
  EXPECT_EQ(roles_of(piece), (std::vector{Role::counter, Role::melody, Role::bass}));
}

TEST(RoleFinding, RolesAlreadyGivenStay) {
  Part chords = tune();
  chords.role = Role::pad;
  Piece piece = piece_of({chords, low_line()});
  assign_roles(piece);
  EXPECT_EQ(piece.parts[0].role, Role::pad);
}

TEST(RoleFinding, ALoneTuneIsTheMelodyAndALonePianoHasNoSingleRole) {
  Piece song = piece_of({tune()});
  assign_roles(song);
  EXPECT_EQ(song.parts[0].role, Role::melody);
  Piece piano = piece_of({strumming()});
  assign_roles(piano);
  EXPECT_EQ(piano.parts[0].role, Role::other);
}

TEST(RoleFinding, ABassoonIsNoBass) {
  Part bassoon = tune();
  bassoon.name = "Bassoon";
  Piece piece = piece_of({bassoon, low_line()});
  assign_roles(piece);
  EXPECT_EQ(roles_of(piece), (std::vector{Role::melody, Role::bass}));
}

TEST(RoleFinding, DoingItTwiceChangesNothing) {
  Piece piece = piece_of({strumming(), low_line(), tune(), Part{}});
  assign_roles(piece);
  const Piece once = piece;
  assign_roles(piece);
  EXPECT_EQ(piece, once);
  EXPECT_EQ(piece.parts[3].role, Role::other);
}

}  // namespace
}  // namespace cantus::theory
