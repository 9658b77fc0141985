// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/read.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cantus::formats::humdrum {
namespace {

using score::Piece;
using score::Tick;
using score::TickLength;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Lines with "|" between the spines, as tabs are hard to see.
std::string krn(std::initializer_list<const char*> lines) {
  std::string text;
  for (std::string line : lines) {
    for (std::size_t at = 0; (at = line.find(" | ", at)) != std::string::npos;)
      line.replace(at, 3, "\t");
    text += line + "\n";
  }
  return text;
}

score::Reading must_read(const std::string& text) {
  const auto reading = read(text);
  EXPECT_TRUE(reading) << reading.error().message;
  score::Reading nothing;
  nothing.pieces.resize(1);
  return reading ? *reading : nothing;
}

Piece piece_of(std::initializer_list<const char*> lines) {
  return must_read(krn(lines)).pieces.at(0);
}

std::string message_of(std::initializer_list<const char*> lines) {
  const auto reading = read(krn(lines));
  return reading ? "it was read" : reading.error().message;
}

std::vector<int> keys_of(const score::Part& part) {
  std::vector<int> keys;
  for (const auto& note : part.notes)
    keys.push_back(note.pitch.key());
  return keys;
}

std::vector<double> onsets_of(const score::Part& part) {
  std::vector<double> onsets;
  for (const auto& note : part.notes)
    onsets.push_back(TickLength(note.onset.count()).beats());
  return onsets;
}

std::vector<double> lengths_of(const score::Part& part) {
  std::vector<double> lengths;
  for (const auto& note : part.notes)
    lengths.push_back(note.length.beats());
  return lengths;
}

TEST(ReadHumdrum, SpinesRunSideBySideAndNullTokensHold) {
  const Piece piece = piece_of({"**kern | **kern", "2C | 4c", ". | 4d", "4D | 4e", "*- | *-"});
  ASSERT_EQ(piece.parts.size(), 2U);
  EXPECT_THAT(keys_of(piece.parts[0]), ElementsAre(60, 62, 64));
  EXPECT_THAT(onsets_of(piece.parts[0]), ElementsAre(0, 1, 2));
  EXPECT_THAT(keys_of(piece.parts[1]), ElementsAre(48, 50));
  EXPECT_THAT(onsets_of(piece.parts[1]), ElementsAre(0, 2));
  EXPECT_EQ(piece.end, Tick() + score::beats(3));
}

TEST(ReadHumdrum, StavesOfOnePartAreOnePartTheTopFirst) {
  const Piece piece = piece_of({"**kern | **kern | **kern", "*part2 | *part2 | *part1",
                                "*staff3 | *staff2 | *staff1", "*Ipiano | *Ipiano | *Ivox",
                                "*I\"Pianoforte | * | *I\"Voce", "4C | 4c | 4cc", "*- | *- | *-"});
  ASSERT_EQ(piece.parts.size(), 2U);
  EXPECT_EQ(piece.parts[0].name, "Voce");
  EXPECT_EQ(piece.parts[0].program, 52);
  EXPECT_EQ(piece.parts[1].name, "Pianoforte");
  EXPECT_EQ(piece.parts[1].program, 0);
  ASSERT_THAT(keys_of(piece.parts[1]), ElementsAre(48, 60));
  EXPECT_EQ(piece.parts[1].notes[0].voice, 1);
  EXPECT_EQ(piece.parts[1].notes[1].voice, 0);
}

TEST(ReadHumdrum, SplitsAreVoicesAndJoinAgain) {
  const Piece piece = piece_of({"**kern", "*^", "2e | 4c", ". | 4d", "*v | *v", "4g", "*-"});
  const auto& notes = piece.parts.at(0).notes;
  ASSERT_EQ(notes.size(), 4U);
  EXPECT_THAT(keys_of(piece.parts[0]), ElementsAre(60, 64, 62, 67));
  EXPECT_EQ(notes[0].voice, 1);
  EXPECT_EQ(notes[1].voice, 0);
  EXPECT_EQ(notes[2].voice, 1);
  EXPECT_EQ(notes[3].voice, 0);
  EXPECT_EQ(notes[3].onset, Tick() + score::beats(2));
}

TEST(ReadHumdrum, NeighbouringSpinesJoinEachOnItsOwn) {
  const Piece piece = piece_of({"**kern | **kern", "*^ | *^", "4C | 4E | 4c | 4e",
                                "*v | *v | *v | *v", "4D | 4d", "*- | *-"});
  EXPECT_THAT(keys_of(piece.parts.at(0)), ElementsAre(60, 64, 62));
  EXPECT_THAT(keys_of(piece.parts.at(1)), ElementsAre(48, 52, 50));
}

TEST(ReadHumdrum, SpinesAreExchangedAddedAndEnded) {
  const Piece piece =
      piece_of({"**kern | **kern", "4C | 4c", "*x | *x", "4d | 4D", "* | *+", "* | * | **kern",
                "4e | 4E | 4g", "*- | * | *", "4F | 4a", "*- | *-"});
  ASSERT_EQ(piece.parts.size(), 3U);
  EXPECT_THAT(keys_of(piece.parts[0]), ElementsAre(67, 69));
  EXPECT_THAT(onsets_of(piece.parts[0]), ElementsAre(2, 3));
  EXPECT_THAT(keys_of(piece.parts[1]), ElementsAre(60, 62, 64));
  EXPECT_THAT(keys_of(piece.parts[2]), ElementsAre(48, 50, 52, 53));
}

TEST(ReadHumdrum, TiesMakeOneNoteAcrossBarlinesAndSplits) {
  const Piece piece =
      piece_of({"**kern", "[1c", "=2", "*^", "2c_ | 2e", "2c] | 2f", "*v | *v", "*-"});
  EXPECT_THAT(keys_of(piece.parts.at(0)), ElementsAre(60, 64, 65));
  EXPECT_THAT(lengths_of(piece.parts.at(0)), ElementsAre(8, 2, 2));
}

TEST(ReadHumdrum, ATieWithoutAFirstNoteIsANoteAndAWarning) {
  const auto reading = must_read(krn({"**kern", "4c", "4d]", "*-"}));
  EXPECT_THAT(keys_of(reading.pieces[0].parts[0]), ElementsAre(60, 62));
  EXPECT_THAT(reading.warnings, ElementsAre("line 3: tie without a first note"));
}

TEST(ReadHumdrum, AnArpeggioTiedIntoItsChordIsHeld) {
  const Piece piece = piece_of(
      {"**kern", "*^", "[16c | 4r", "[16e | .", "8g | .", "4c] 4e] | 4r", "*v | *v", "*-"});
  EXPECT_THAT(keys_of(piece.parts.at(0)), ElementsAre(60, 64, 67));
  EXPECT_THAT(lengths_of(piece.parts.at(0)), ElementsAre(2, 1.75, 0.5));
}

TEST(ReadHumdrum, GraceNotesTakeNoTime) {
  const Piece piece = piece_of({"**kern", "4c", "16qqd", "8qe", "4f", "*-"});
  EXPECT_THAT(onsets_of(piece.parts.at(0)), ElementsAre(0, 1, 1, 1));
  EXPECT_THAT(lengths_of(piece.parts.at(0)), ElementsAre(1, 0.25, 0.5, 1));
  EXPECT_TRUE(piece.parts[0].notes[1].grace && piece.parts[0].notes[2].grace);
  EXPECT_FALSE(piece.parts[0].notes[3].grace);
}

TEST(ReadHumdrum, AGraceNoteTiedToItsMainNoteIsThatNote) {
  const Piece piece = piece_of({"**kern", "[8qc", "4c]", "*-"});
  ASSERT_EQ(piece.parts.at(0).notes.size(), 1U);
  EXPECT_FALSE(piece.parts[0].notes[0].grace);
  EXPECT_EQ(piece.parts[0].notes[0].length, score::beats(1));
}

TEST(ReadHumdrum, TupletsWithoutATickOfTheirOwnDoNotDrift) {
  std::string text = "**kern\t**kern\n";
  for (int bar = 0; bar < 50; ++bar)
    for (int i = 0; i < 11; ++i)
      text += i == 0 ? "11c\t1C\n" : "11c\t.\n";
  const Piece piece = must_read(text + "*-\t*-\n").pieces[0];
  EXPECT_EQ(piece.end, Tick() + score::beats(200));
  EXPECT_EQ(piece.parts[0].notes.back().end(), piece.end);
}

TEST(ReadHumdrum, AShortFirstBarIsAPickup) {
  const Piece piece = piece_of({"**kern", "*M3/4", "4c", "=1", "2.d", "=2", "2.e", "==", "*-"});
  EXPECT_EQ(piece.metre.pickup(), score::beats(1));
  EXPECT_EQ(piece.metre.changes().size(), 1U);
  EXPECT_EQ(score::bars_of(piece), 2);
}

TEST(ReadHumdrum, ABarOfAnotherLengthHasItsOwnMetre) {
  const Piece piece =
      piece_of({"**kern", "*M4/4", "=1", "1c", "=2", "2d", "=3", "1e", "=4", "1f", "*-"});
  EXPECT_EQ(piece.metre.metre_at(Tick() + score::beats(4)), (score::Metre{2, 4}));
  EXPECT_EQ(piece.metre.metre_at(Tick() + score::beats(6)), (score::Metre{4, 4}));
  EXPECT_EQ(score::bars_of(piece), 4);
}

TEST(ReadHumdrum, ABarlineWithoutANumberInsideABarIsNoBar) {
  const Piece piece =
      piece_of({"**kern", "*M4/4", "=1", "1c", "=2", "2d", "=||", "2e", "=3", "1f", "*-"});
  EXPECT_EQ(piece.metre.changes().size(), 1U);
  EXPECT_EQ(score::bars_of(piece), 3);
}

TEST(ReadHumdrum, WithoutAMetreTheBarsTellIt) {
  const Piece piece = piece_of({"**kern", "2.c", "=2", "2.d", "=3", "2.e", "=4", "2.f", "*-"});
  EXPECT_EQ(piece.metre.metre_at(Tick()), (score::Metre{3, 4}));
  EXPECT_EQ(score::bars_of(piece), 4);
}

TEST(ReadHumdrum, ASpineShortOfItsBarDoesNotPullTheNextBarForward) {
  const Piece piece = piece_of({"**kern | **kern", "*M4/4 | *M4/4", "=1 | =1", "4C | 1c", "4D | .",
                                "=2 | =2", "1E | 1e", "*- | *-"});
  EXPECT_EQ(piece.end, Tick() + score::beats(8));
}

TEST(ReadHumdrum, NotesMayReachOverABarlineInsideABar) {
  const Piece piece = piece_of({"**kern | **kern", "*M4/4 | *M4/4", "=1 | =1", "1C | 2c", "=- | =-",
                                ". | 2d", "=2 | =2", "1E | 1e", "*- | *-"});
  EXPECT_THAT(onsets_of(piece.parts.at(0)), ElementsAre(0, 2, 4));
}

TEST(ReadHumdrum, TheDefaultExpansionListIsPlayed) {
  const Piece piece = piece_of({"**kern", "*>[A,A1,A,A2]", "*>norep[A,A2]", "*>A", "*M1/4", "=1",
                                "4c", "=2", "*>A1", "4d", "=3:|!", "*>A2", "4e", "==", "*-"});
  EXPECT_THAT(keys_of(piece.parts.at(0)), ElementsAre(60, 62, 60, 64));
  ASSERT_EQ(piece.sections.size(), 4U);
  EXPECT_EQ(piece.sections[1].name, "A1");
  EXPECT_EQ(piece.sections[3].onset, Tick() + score::beats(3));
}

TEST(ReadHumdrum, RepeatBarlinesArePlayedWhereThereIsNoList) {
  const Piece piece = piece_of(
      {"**kern", "*M1/4", "4c", "=2!|:", "4d", "=3:|!|:", "4e", "=4:|!", "4f", "==", "*-"});
  EXPECT_THAT(keys_of(piece.parts.at(0)), ElementsAre(60, 62, 62, 64, 64, 65));
}

TEST(ReadHumdrum, ARepeatTakesItsKeyTempoAndTiesWithIt) {
  const Piece piece = piece_of({"**kern", "*>[A,B,A,C]", "*k[]", "*MM60", "*>A", "[4c", "*>B",
                                "*k[f#]", "*MM90", "4c]", "*>C", "2c]", "*-"});
  EXPECT_THAT(lengths_of(piece.parts.at(0)), ElementsAre(2, 3));
  ASSERT_EQ(piece.keys.size(), 4U);
  EXPECT_EQ(piece.keys[2], (score::KeyChange{Tick() + score::beats(2), {}}));
  EXPECT_EQ(piece.tempo.bpm_at(Tick() + score::beats(1)), 90);
  EXPECT_EQ(piece.tempo.bpm_at(Tick() + score::beats(2)), 60);
}

TEST(ReadHumdrum, AListOfUnknownSectionsGivesWayToTheBarlines) {
  const auto reading = must_read(krn({"**kern", "*>[A,Z]", "*>A", "4c", "=2:|!", "4d", "*-"}));
  EXPECT_THAT(keys_of(reading.pieces[0].parts[0]), ElementsAre(60, 60, 62));
  EXPECT_THAT(reading.warnings, ElementsAre(HasSubstr("\"Z\"")));
}

TEST(ReadHumdrum, ABarCutByARepeatIsOneBar) {
  const Piece piece = piece_of({"**kern", "*M3/4", "4c", "=1", "2.d", "=2", "2e", "=:|!|:", "4f",
                                "=3", "2.g", "=4", "2a", "=:|!", "*-"});
  EXPECT_EQ(piece.metre.pickup(), score::beats(1));
  EXPECT_EQ(piece.metre.changes().size(), 1U);
  EXPECT_EQ(score::bars_of(piece), 8);
}

TEST(ReadHumdrum, RepeatsThatWouldNeverEndAreLeftOut) {
  std::string list = "*>[A";
  for (int i = 0; i < 4000; ++i)
    list += ",A";
  std::string text = "**kern\n" + list + "]\n*>A\n";
  for (int i = 0; i < 2000; ++i)
    text += "4c\n";
  const auto reading = must_read(text + "*-\n");
  EXPECT_EQ(reading.pieces[0].parts[0].notes.size(), 2000U);
  EXPECT_THAT(reading.warnings, ElementsAre(HasSubstr("too long")));
}

TEST(ReadHumdrum, ADesignatedKeyIsWorthMoreThanItsSignature) {
  const Piece piece =
      piece_of({"**kern", "*k[b-]", "*g:dor", "1c", "*k[f#]", "1d", "*e:", "1e", "*-"});
  ASSERT_EQ(piece.keys.size(), 3U);
  EXPECT_EQ(piece.keys[0].key, (score::Key{-1, score::Mode::dorian}));
  EXPECT_EQ(piece.keys[1].key, (score::Key{1, score::Mode::major}));
  EXPECT_EQ(piece.keys[2].key, (score::Key{1, score::Mode::minor}));
}

TEST(ReadHumdrum, TransposingInstrumentsAreWrittenAsTheySound) {
  const Piece piece = piece_of({"**kern", "*ITrd1c2", "*Trd0c0", "*Iclars", "4b-", "*-"});
  EXPECT_THAT(keys_of(piece.parts.at(0)), ElementsAre(70));
  EXPECT_EQ(piece.parts[0].notes[0].spelling, score::Spelling::of('B', -1));
  EXPECT_EQ(piece.parts[0].program, 71);
}

TEST(ReadHumdrum, TextIsTheLyricsOfTheStaffToItsLeft) {
  const Piece piece = piece_of({"**kern | **kern | **text | **text", "4C | 4c | Glo- | One",
                                "4D | 4d | -ri- | two", "4E | 4e | -a, | |", "*- | *- | *- | *-"});
  const auto& lyrics = piece.parts.at(0).lyrics;
  ASSERT_EQ(lyrics.size(), 5U);
  EXPECT_TRUE(piece.parts[1].lyrics.empty());
  std::vector<std::string> first;
  for (const auto& lyric : lyrics)
    if (lyric.verse == 1) first.push_back(lyric.syllable + (lyric.continues ? "-" : ""));
  EXPECT_THAT(first, ElementsAre("Glo-", "ri-", "a,"));
  EXPECT_EQ(std::ranges::count(lyrics, 2, &score::Lyric::verse), 2);
}

std::vector<int> velocities_of(const score::Part& part) {
  std::vector<int> velocities;
  for (const auto& note : part.notes)
    velocities.push_back(note.velocity);
  return velocities;
}

TEST(ReadHumdrum, DynamicsAreVelocitiesOfTheWholePart) {
  const Piece piece =
      piece_of({"**kern | **kern | **dynam", "*part1 | *part1 | *part1", "4C | 4c | .",
                "4D | 4d | p", "4E | 4e^ | sfz", "4F | 4f | ff", "*- | *- | *-"});
  EXPECT_THAT(velocities_of(piece.parts.at(0)), ElementsAre(80, 80, 49, 49, 112, 122, 112, 112));
}

TEST(ReadHumdrum, HairpinsLeadToTheNextLevel) {
  const Piece piece = piece_of({"**kern | **dynam", "4c | p", "4d | <", "4e | (", "4f | [f",
                                "4g | >", "4a | .", "4b | ]", "4cc | .", "*- | *-"});
  EXPECT_THAT(velocities_of(piece.parts.at(0)), ElementsAre(49, 49, 73, 96, 96, 88, 80, 80));
}

TEST(ReadHumdrum, VersesAreSungOneARepeat) {
  const Piece piece = piece_of({"**kern | **text | **text", "4c | one | two",
                                "=2:|! | =2:|! | =2:|!", "4d | end | .", "*- | *- | *-"});
  std::vector<std::string> sung;
  for (const auto& lyric : piece.parts.at(0).lyrics) {
    sung.push_back(lyric.syllable);
    EXPECT_EQ(lyric.verse, 1);
  }
  EXPECT_THAT(sung, ElementsAre("one", "two", "end"));
  EXPECT_EQ(piece.parts[0].role, score::Role::melody);
}

TEST(ReadHumdrum, ASignatureAloneIsMajorOrMinorByItsMusic) {
  const auto key_of = [](const char* last) {
    const Piece piece = piece_of({"**kern", "*k[]", "4c", "4e", last, "*-"});
    return piece.keys.at(0).key;
  };
  EXPECT_EQ(key_of("1c"), (score::Key{0, score::Mode::major}));
  EXPECT_EQ(key_of("1A"), (score::Key{0, score::Mode::minor}));
  EXPECT_EQ(key_of("1g#"), (score::Key{0, score::Mode::minor}));
  EXPECT_EQ(key_of("1g"), (score::Key{0, score::Mode::major}));
}

TEST(ReadHumdrum, ChordSpinesAreTheChordTrack) {
  const Piece piece = piece_of({"**kern | **mxhm", "2c | C major", "2d | G dominant", "1e | none",
                                "1f | A minor", "*- | *-"});
  ASSERT_EQ(piece.chords.size(), 3U);
  EXPECT_EQ(score::to_text(piece.chords[1].chord), "G7");
  EXPECT_EQ(piece.chords[1].length, score::beats(2));
  EXPECT_EQ(piece.chords[2].onset, Tick() + score::beats(8));
  EXPECT_EQ(piece.chords[2].length, score::beats(4));
}

TEST(ReadHumdrum, UnpitchedPercussionStrikesItsDrum) {
  const Piece piece = piece_of({"**kern", "*Itambn", "4b", "4b", "*-"});
  EXPECT_TRUE(piece.parts.at(0).is_drums());
  EXPECT_THAT(keys_of(piece.parts[0]), ElementsAre(54, 54));
}

TEST(ReadHumdrum, TitleAndComposerAreAsAPersonSaysThem) {
  const Piece piece =
      piece_of({"!!!COM: Bach, Johann Sebastian", "!!!OPR: Choralges&auml;nge",
                "!!!OTL@@DE: Ach bleib", "!!!OMD: Andante [quarter] = 66", "**kern", "4c", "*-"});
  EXPECT_EQ(piece.composer, "Johann Sebastian Bach");
  EXPECT_EQ(piece.title, "Ach bleib");
  EXPECT_EQ(piece.tempo.bpm_at(Tick()), 66);
}

TEST(ReadHumdrum, Latin1WithCarriageReturnsIsRead) {
  const auto reading = must_read("!!!OTL: L\xE4ndler\r\n**kern\r\n4c\r\n!! \xE9\r\n4d\r\n*-\r\n");
  EXPECT_EQ(reading.pieces[0].title, "Ländler");
  EXPECT_THAT(keys_of(reading.pieces[0].parts[0]), ElementsAre(60, 62));
  EXPECT_THAT(reading.warnings, IsEmpty());
}

TEST(ReadHumdrum, EverySegmentIsAPieceAndABadOneStopsNoOther) {
  const auto reading =
      must_read(krn({"!!!!SEGMENT: a", "**kern", "4c", "*-", "!!!!SEGMENT: b", "**kern", "4c | 4d",
                     "4e", "*-", "!!!!SEGMENT: c", "**kern", "4e", "*-", "**kern", "4f", "*-"}));
  ASSERT_EQ(reading.pieces.size(), 3U);
  EXPECT_THAT(keys_of(reading.pieces[1].parts[0]), ElementsAre(64));
  EXPECT_THAT(keys_of(reading.pieces[2].parts[0]), ElementsAre(65));
  EXPECT_THAT(reading.failures, ElementsAre("line 7: fields: 2, open spines: 1"));
}

TEST(ReadHumdrum, WhatFailsSaysWhere) {
  EXPECT_EQ(message_of({"**kern | **kern", "4c"}), "line 2: fields: 1, open spines: 2");
  EXPECT_EQ(message_of({"4c"}), "line 1, spine 1: no exclusive interpretation such as **kern");
  EXPECT_EQ(message_of({"**kern | **kern", "* | *v"}), "line 2, spine 2: *v joins nothing");
  EXPECT_EQ(message_of({"**kern | **kern", "* | *x"}), "line 2, spine 2: *x without a neighbour");
  EXPECT_EQ(message_of({"**text", "la", "*-"}), "no **kern spine");
  EXPECT_EQ(message_of({""}), "no **kern spine");
}

TEST(ReadHumdrum, HarmlessMiscountsAreForgiven) {
  const auto reading = must_read("**kern\t**kern\n4c\t4d\t\n*\t*\t*\n4e\t\t4f\n*-\t*-\n");
  EXPECT_THAT(keys_of(reading.pieces[0].parts[0]), ElementsAre(62, 65));
  EXPECT_THAT(reading.warnings, ElementsAre(HasSubstr("line 3")));
}

TEST(ReadHumdrum, WarningsAreAtMostAHundred) {
  std::string text = "**kern\n";
  for (int i = 0; i < 500; ++i)
    text += "4zz\n";
  const auto reading = must_read(text + "*-\n");
  EXPECT_EQ(reading.warnings.size(), 100U);
  EXPECT_EQ(reading.warnings.back(), "401 more warnings");
}

TEST(ReadHumdrum, TooManySpinesAreRefused) {
  std::string text = "**kern";
  for (int i = 0; i < 1000; ++i)
    text += "\t**kern";
  EXPECT_THAT(read(text).error().message, HasSubstr("more than 1000 spines"));
  std::string again = "**kern\n";
  for (int i = 0; i < 1001; ++i)
    again += i % 2 == 0 ? "**text\n" : "**kern\n";
  EXPECT_THAT(read(again).error().message, HasSubstr("more than 1000 spines"));
}

TEST(ReadHumdrum, AMillionYearsOfMusicIsRefused) {
  EXPECT_EQ(message_of({"**kern", "1%999999c", "*-"}), "line 2: longer than two million beats");
}

}  // namespace
}  // namespace cantus::formats::humdrum
