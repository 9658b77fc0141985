#include "neural/corpus/casting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cantus::corpus {
namespace {

using score::beats;
using score::Note;
using score::Part;
using score::Piece;
using score::Role;
using score::Tick;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Note note(score::TickLength at, score::TickLength length, int key) {
  return Note{Tick() + at, length, *score::Pitch::from_key(key)};
}

/// Sixteen beats of these keys, `length` each, over and over.
std::vector<Note> line(std::vector<int> keys, score::TickLength length) {
  std::vector<Note> notes;
  std::size_t i = 0;
  for (score::TickLength at; at < beats(16); at += length)
    notes.push_back(note(at, length, keys[i++ % keys.size()]));
  return notes;
}

std::vector<Note> chord_line(const std::vector<std::vector<int>>& chords,
                             score::TickLength length) {
  std::vector<Note> notes;
  std::size_t i = 0;
  for (score::TickLength at; at < beats(16); at += length, ++i) {
    for (const int key : chords[i % chords.size()])
      notes.push_back(note(at, length, key));
  }
  return notes;
}

Part part(Role role, std::vector<Note> notes, int program = 0) {
  Part out;
  out.role = role;
  out.program = program;
  out.notes = std::move(notes);
  return out;
}

Piece piece_of(std::vector<Part> parts) {
  Piece piece;
  piece.parts = std::move(parts);
  piece.end = Tick() + beats(16);
  score::tidy(piece);
  return piece;
}

std::vector<Role> roles_in(const Piece& piece) {
  std::vector<Role> roles;
  for (const Part& p : piece.parts)
    roles.push_back(p.role);
  return roles;
}

std::vector<int> keys_in(const std::vector<Note>& notes) {
  std::vector<int> keys;
  for (const Note& n : notes)
    keys.push_back(n.pitch.key());
  return keys;
}

const Part* find(const Piece& piece, Role role) {
  const auto found = std::ranges::find(piece.parts, role, &Part::role);
  return found == piece.parts.end() ? nullptr : &*found;
}

TEST(Casting, ABandPlaysAsItsPartsBehave) {
  const Piece piece = piece_of({
      part(Role::drums, line({36, 42, 38, 42}, beats(1, 2))),
      part(Role::other, line({36, 43}, beats(1)), 33),
      part(Role::other, chord_line({{60, 64, 67}, {57, 60, 65}}, beats(1, 2)), 25),
      part(Role::other, chord_line({{60, 64, 67}, {57, 60, 65}}, beats(4)), 48),
      part(Role::other, line({72, 74, 76, 79, 77}, beats(1, 2)), 73),
  });
  const Piece phrase = Casting(piece, Genre::band).phrase(Tick(), Tick() + beats(16));
  EXPECT_THAT(roles_in(phrase),
              UnorderedElementsAre(Role::drums, Role::bass, Role::chords, Role::pad, Role::melody));
  EXPECT_THAT(keys_in(find(phrase, Role::bass)->notes), testing::Contains(36));
  EXPECT_EQ(find(phrase, Role::pad)->program, 48);
  EXPECT_EQ(find(phrase, Role::chords)->program, 25);
}

TEST(Casting, StringsThatStrikeSixteenthsPlayChords) {
  const Piece piece = piece_of({
      part(Role::bass, line({36, 43}, beats(1)), 33),
      part(Role::pad, chord_line({{60, 64, 67}}, beats(1, 4)), 48),
  });
  const Piece phrase = Casting(piece, Genre::band).phrase(Tick(), Tick() + beats(16));
  EXPECT_THAT(roles_in(phrase), UnorderedElementsAre(Role::bass, Role::chords));
}

TEST(Casting, WhatDoublesAnotherPartIsLeftOut) {
  const Piece piece = piece_of({
      part(Role::bass, line({36, 43}, beats(1)), 33),
      part(Role::melody, line({72, 74, 76}, beats(1, 2)), 73),
      part(Role::counter, line({60, 62, 64}, beats(1, 2)), 71),
  });
  const Piece phrase = Casting(piece, Genre::band).phrase(Tick(), Tick() + beats(16));
  EXPECT_THAT(roles_in(phrase), UnorderedElementsAre(Role::bass, Role::melody));
}

TEST(Casting, AnotherLineLeadsWhileTheMelodyRests) {
  const Piece piece = piece_of({
      part(Role::bass, line({36, 43}, beats(1)), 33),
      part(Role::melody, {note(beats(16), beats(1), 80)}, 73),
      part(Role::counter, line({72, 74, 76, 79, 77}, beats(1, 2)), 71),
  });
  const Piece phrase = Casting(piece, Genre::band).phrase(Tick(), Tick() + beats(16));
  ASSERT_NE(find(phrase, Role::melody), nullptr);
  EXPECT_EQ(find(phrase, Role::melody)->program, 71);
}

TEST(Casting, AMelodyInChordsIsItsTopLineAndTheRestAreChords) {
  const Piece piece = piece_of({
      part(Role::bass, line({36, 43}, beats(1)), 33),
      part(Role::melody, chord_line({{60, 64, 72}, {60, 65, 74}}, beats(1)), 0),
  });
  const Piece phrase = Casting(piece, Genre::band).phrase(Tick(), Tick() + beats(4));
  EXPECT_THAT(keys_in(find(phrase, Role::melody)->notes), ElementsAre(72, 74, 72, 74));
  EXPECT_THAT(keys_in(find(phrase, Role::chords)->notes),
              ElementsAre(60, 64, 60, 65, 60, 64, 60, 65));
}

TEST(Casting, ASongIsItsSingerAndTheTwoHandsOfThePiano) {
  Part voice = part(Role::melody, line({72, 74}, beats(1)), 53);
  voice.lyrics.push_back({Tick(), "la", false, 1});
  const Piece piece = piece_of({
      voice,
      part(Role::other, chord_line({{36, 60, 64}, {55, 62}}, beats(1)), 0),
  });
  const Piece phrase = Casting(piece, Genre::art_song).phrase(Tick(), Tick() + beats(2));
  EXPECT_THAT(roles_in(phrase), ElementsAre(Role::melody, Role::bass, Role::chords));
  EXPECT_THAT(keys_in(phrase.parts[1].notes), ElementsAre(36));
  EXPECT_THAT(keys_in(phrase.parts[2].notes), ElementsAre(60, 64, 55, 62));
}

TEST(Casting, ASongWithoutWordsAndABandOfOneHaveNobodyToPlay) {
  const Piece piece = piece_of({part(Role::other, line({72, 74}, beats(1)), 53)});
  EXPECT_TRUE(Casting(piece, Genre::art_song).is_empty());
  EXPECT_TRUE(Casting(piece, Genre::band).is_empty());
}

TEST(Casting, AQuartetIsCastByItsSeats) {
  const Piece piece = piece_of({
      part(Role::other, line({60, 62}, beats(1)), 40),
      part(Role::other, line({72, 74}, beats(1, 2)), 40),
      part(Role::other, line({64}, beats(4)), 41),
      part(Role::other, line({48, 43}, beats(1)), 42),
  });
  const Piece phrase = Casting(piece, Genre::hymn).phrase(Tick(), Tick() + beats(16));
  EXPECT_THAT(keys_in(find(phrase, Role::melody)->notes), testing::Contains(62));
  EXPECT_THAT(keys_in(find(phrase, Role::bass)->notes), testing::Contains(48));
  EXPECT_NE(find(phrase, Role::pad), nullptr);
}

TEST(Casting, APhraseBeginsAtItsFirstBarAndHasItsChords) {
  Piece piece = piece_of({
      part(Role::bass, line({36, 43}, beats(1)), 33),
      part(Role::melody, line({72, 74, 76}, beats(1, 2)), 73),
  });
  piece.chords = {{Tick(), beats(6), *score::chord_from_text("C")},
                  {Tick() + beats(6), beats(10), *score::chord_from_text("G")}};
  const Piece phrase = Casting(piece, Genre::band).phrase(Tick() + beats(4), Tick() + beats(8));
  EXPECT_EQ(phrase.end, Tick() + beats(4));
  EXPECT_EQ(find(phrase, Role::bass)->notes.front().onset, Tick());
  ASSERT_EQ(phrase.chords.size(), 2U);
  EXPECT_EQ(phrase.chords[0].length, beats(2));
  EXPECT_EQ(phrase.chords[1].onset, Tick() + beats(2));
}

TEST(TwoHands, AnArpeggiosLowestNoteIsTheBassAndAWalkIsAllBass) {
  const auto alberti = two_hands(line({48, 55, 52, 55}, beats(1, 2)), beats(2));
  EXPECT_THAT(keys_in(alberti.bass), testing::Each(48));
  EXPECT_EQ(alberti.bass.size(), 8U);
  EXPECT_EQ(alberti.rest.size(), 24U);
  const auto walk = two_hands(line({40, 42}, beats(1, 2)), beats(1));
  EXPECT_EQ(walk.bass.size(), 32U);
  EXPECT_THAT(walk.rest, IsEmpty());
}

TEST(TwoHands, ANoteAboveAHeldBassIsNotTheBass) {
  const auto hands =
      two_hands({note(beats(0), beats(4), 36), note(beats(1), beats(1), 48)}, beats(1));
  EXPECT_THAT(keys_in(hands.bass), ElementsAre(36));
  EXPECT_THAT(keys_in(hands.rest), ElementsAre(48));
}

TEST(Doing, CountsVoicesStrikesAndMoves) {
  const Doing chords = doing_of(chord_line({{60, 64, 67}}, beats(1)));
  EXPECT_DOUBLE_EQ(chords.voices, 3.0);
  EXPECT_DOUBLE_EQ(chords.strikes_a_beat, 1.0);
  EXPECT_DOUBLE_EQ(chords.movement, 0.0);
  const Doing scale = doing_of(line({60, 62}, beats(1, 2)));
  EXPECT_DOUBLE_EQ(scale.mean_key, 61.0);
  EXPECT_DOUBLE_EQ(scale.strikes_a_beat, 2.0);
  EXPECT_DOUBLE_EQ(scale.mean_interval, 2.0);
  EXPECT_DOUBLE_EQ(scale.movement, 1.0);
  EXPECT_EQ(doing_of({}).voices, 0.0);
}

}  // namespace
}  // namespace cantus::corpus
